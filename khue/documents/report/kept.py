"""What issuing fixed beside text and figures: number, day and the very file. The register's row may change later, this does not."""

from datetime import date

from django.db.models import F, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from khue.documents.models import Report
from khue.files.store import path_of

# where `figures` holds them
KEPT = "issued"
# and where the id of the report stands whose place this one takes
REPLACES = "replaces"


def number_of(report: Report) -> str:
    """The number it was issued under, "" for a draft."""
    # a report that was issued before these were kept has them in the register alone
    return report.figures.get(KEPT, {}).get("number") or (report.issued_as.number if report.issued_as else "")


def day_of(report: Report) -> date | None:
    """The day it was issued on, None for a draft."""
    if kept := report.figures.get(KEPT, {}).get("signed_on"):
        return date.fromisoformat(kept)
    return timezone.localdate(report.issued_at) if report.issued_at else None


def file_of(report: Report) -> bytes | None:
    """The .docx as it went out; None for a draft, and where the file is not there to be read."""
    sha256 = report.figures.get(KEPT, {}).get("file")
    try:
        return path_of(sha256).read_bytes() if sha256 else None
    except OSError:
        return None


def replaced(report: Report) -> Report | None:
    """The report whose place this one takes."""
    pk = report.figures.get(REPLACES)
    return Report.objects.select_related("issued_as").filter(pk=pk).first() if pk else None


def with_numbers(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with `said_number`, so that a list need not load all their figures."""
    return reports.annotate(said_number=Coalesce(KT(f"figures__{KEPT}__number"), F("issued_as__number"), output_field=TextField()))
