"""Reports drawn from tasks: the list, one with its text and figures, the file in the official layout."""

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router, Schema
from pydantic import Field

from khue.accounts.person import get_for
from khue.api.kit import ONE, ApiRequest, Id, Paging, Rows, UnitRef, binary, one_of, rows
from khue.documents.models import Report

router = Router(tags=["reports"])
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


class ReportOut(Schema):
    """A report: a draft, or issued and never changed again."""

    id: int
    unit: UnitRef
    about: str = Field(description="document, period, unit, brief")
    document: int | None
    about_unit: int | None
    starts_on: date | None
    as_of: date
    title: str
    state: str = Field(description="draft, issued")
    issued_as: int | None = Field(description="its entry in the outgoing register")
    version: int
    created_at: datetime
    changed_at: datetime
    issued_at: datetime | None

    @staticmethod
    def resolve_document(report: Any) -> int | None:
        """Its id."""
        found: int | None = report.document_id
        return found

    @staticmethod
    def resolve_about_unit(report: Any) -> int | None:
        """Its id."""
        found: int | None = report.about_unit_id
        return found

    @staticmethod
    def resolve_issued_as(report: Any) -> int | None:
        """Its id."""
        found: int | None = report.issued_as_id
        return found


class AskedReports(Paging):
    """The filters."""

    unit: Id | None = None
    document: Id | None = None
    state: one_of(["", *Report.State.values]) = ""  # type: ignore[valid-type]


@router.get("/reports", response={200: Rows[ReportOut], **ONE}, url_name="reports", operation_id="reports")
def reports(request: ApiRequest, asked: Query[AskedReports]) -> Any:
    """The reports of the units one may see, the newest first."""
    found = Report.objects.filter(unit_id__in=request.person.scope("documents.view")).select_related("unit")
    wanted = {"unit_id": asked.unit, "document_id": asked.document, "state": asked.state}
    return rows(found.filter(**{name: value for name, value in wanted.items() if value}).order_by("-pk"), asked)


class ReportFull(ReportOut):
    """A report with its text and the numbers behind it."""

    addressee: str
    recipients: str
    place: str
    signer_title: str
    signer: str
    blocks: list[dict[str, Any]]
    figures: dict[str, Any]


@router.get("/reports/{int:pk}", response={200: ReportFull, **ONE}, url_name="report", operation_id="report")
def report(request: ApiRequest, pk: Id) -> Any:
    """One report."""
    return _one(request, pk)


def _one(request: ApiRequest, pk: int) -> Report:
    every = Report.objects.select_related("unit", "document", "about_unit", "issued_as")
    return get_for(request.person, every, pk, see="documents.view", need="documents.view")


@router.get("/reports/{int:pk}/docx", response=ONE, url_name="report-docx", operation_id="report_docx", openapi_extra=binary(DOCX))
def report_docx(request: ApiRequest, pk: Id) -> HttpResponse:
    """The report as .docx in the layout of Nghị định 30/2020/NĐ-CP."""
    return _file(_one(request, pk), "docx", DOCX)


@router.get("/reports/{int:pk}/pdf", response=ONE, url_name="report-pdf", operation_id="report_pdf", openapi_extra=binary(PDF))
def report_pdf(request: ApiRequest, pk: Id) -> HttpResponse:
    """The same as .pdf."""
    return _file(_one(request, pk), "pdf", PDF)


def _file(found: Report, kind: str, content: str) -> HttpResponse:
    # what writes the files is heavy; loaded when first asked for
    from khue.documents.report.issuing import written

    response = HttpResponse(written(found, kind), content_type=content)
    response["Content-Disposition"] = content_disposition_header(True, f"bao-cao-{found.pk}.{kind}") or "attachment"
    return response
