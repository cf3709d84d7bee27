"""The demo: the city of Lào Cai in the school year 2023-24, labelled as made up, with documents already read and one reported on.

It can be run again: what is there stays, what is missing comes.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from khue.accounts.demo import SignIn, make_people
from khue.accounts.models import Role, RoleName, User
from khue.core.errors import KhueError
from khue.documents.files.reading import read_document
from khue.documents.models import Document, Report, State, Status
from khue.documents.register import live, register
from khue.documents.report.editing import add_block
from khue.documents.report.issuing import issue
from khue.documents.report.service import make_draft
from khue.documents.review import apply
from khue.files.check import check_upload, clean_name
from khue.files.store import digest, keep
from khue.portal.demo_year import give_out, play, years_on
from khue.tasks.models import Task
from khue.units.demo import make_city
from khue.units.models import Unit
from khue.units.tree import today

PATTERNS = ("*.txt", "*.docx", "*.pdf", "*.doc", "*.odt", "*.rtf")
# of the sample documents, the one whose plan is settled already, and the one half looked through
SETTLED, HALF = "thong-bao.txt", "ke-hoach-so.txt"
# what the city's committee gives out; everything else of the demo's folder is the Phòng's own
OF_THE_CITY = "chi-thi.txt"
SCHOOL_YEAR = "2023-2024"


@dataclass(slots=True)
class Demo:
    """What was made: how people sign in, which documents came in, which were refused and why."""

    sign_ins: list[SignIn] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def samples() -> Path:
    """The sample documents that come with Khuê: inside the package, or beside it in a source checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_samples"
    return inside if inside.is_dir() else package.parent / "samples"


def files_in(folder: Path) -> list[Path]:
    """The documents of a folder by name."""
    return sorted({p for pattern in PATTERNS for p in folder.glob(pattern)})


def make(documents: list[Path] | None = None) -> Demo:
    """Units, people, the sample documents, and `documents` besides, all read in the same way; plans given out."""
    city = make_city()
    demo = Demo(sign_ins=make_people(city))
    office = city.office
    clerk = _somebody(office, RoleName.CLERK)
    for path in files_in(samples()):
        _bring(demo, office, path, clerk)
    _settle(office, clerk)
    plans = []
    for path in [*files_in(samples() / "demo"), *(documents or [])]:
        unit = city.city if path.name == OF_THE_CITY else office
        plans.append(_bring(demo, unit, path, _somebody(unit, RoleName.CLERK)))
    _give_out([p for p in plans if p and p.school_year in ("", SCHOOL_YEAR)], city.city)
    _report_on(next((p for p in plans if p and p.unit == city.city), None))
    return demo


@transaction.atomic
def _give_out(plans: list[Document], within: Unit) -> None:
    """The plans that nobody has touched go out, and what happened since is played, both or neither."""
    play([task for p in plans for task in give_out(p, by=_somebody(p.unit, RoleName.LEADER), within=within)])


@transaction.atomic
def _report_on(document: Document | None) -> None:
    """The report on the city's directive, issued; it says that the deadlines were moved."""
    if document is None or Report.objects.filter(document=document).exists() or not Task.objects.filter(document_id=document.pk).exists():
        return
    clerk = _somebody(document.unit, RoleName.CLERK)
    made = make_draft(document.unit, Report.About.DOCUMENT, by=clerk, document=document)
    if years := years_on(today()):
        words = f"Số liệu minh họa; thời hạn đã dời {years} năm so với văn bản, để rơi vào năm học này."
        add_block(made.pk, words, after=made.blocks[0]["id"], by=clerk)
    issue(made.pk, by=_somebody(document.unit, RoleName.LEADER))


def _somebody(unit: Unit, role: str) -> User:
    return Role.objects.filter(unit=unit, role=role).select_related("user").order_by("id")[0].user


def _bring(demo: Demo, unit: Unit, path: Path, by: Any) -> Document | None:
    """The document of a file, read now or before; None where it is refused."""
    try:
        with path.open("rb") as file:
            if there := live().filter(unit=unit, file__sha256=digest(file)).first():
                return there
            name = clean_name(path.name)
            kept = keep(file, name=name, kind=check_upload(file, name, path.stat().st_size), by=by)
    except (KhueError, OSError) as error:
        demo.refused.append(str(error))
        return None
    document = register(unit, by=by, file=kept, read=False)
    Document.objects.filter(pk=document.pk).update(status=Status.WAITING)
    read_document.call(document.pk)
    document.refresh_from_db()
    if day := document.signed_on or _school_year_start(document):
        _enter_in_its_year(document, day)
    demo.documents.append(document)
    return document


def _school_year_start(document: Document) -> date | None:
    return date(int(document.school_year[:4]), 9, 1) if document.school_year else None


def _enter_in_its_year(document: Document, day: date) -> None:
    """The register's year and day of arrival are those of the document's own time."""
    book = Document.objects.filter(unit=document.unit, direction=document.direction, book_year=day.year).exclude(pk=document.pk)
    last = max(book.values_list("book_number", flat=True), default=0)
    document.book_year, document.book_number, document.arrived_on = day.year, last + 1, day
    document.save()


def _settle(office: Unit, by: Any) -> None:
    """One sample is confirmed and one half looked through, so that every state can be seen."""
    from khue.documents.confirm import confirm

    for name, share in ((SETTLED, 1.0), (HALF, 0.5)):
        document = live().filter(unit=office, file__name=name, status=Status.REVIEW).first()
        if document is None or document.events.exists():
            continue
        ids = list(document.obligations.filter(state=State.PROPOSED).values_list("pk", flat=True))
        apply(document.pk, "state", {"items": ids[: int(len(ids) * share)], "state": State.ACCEPTED}, by=by)
        if share == 1.0:
            for slip in document.slips.all():
                apply(document.pk, "answer", {"slip": slip.pk, "answer": "ask"}, by=by)
            confirm(document.pk, by=by)
