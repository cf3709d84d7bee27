"""What is done with a share: receive, report, submit, verify, send back, open again, more time, a word."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from khue.api.kit import WRITE, ApiRequest, Day, Id, Key, Words
from khue.api.repeat import repeatable
from khue.api.shapes import ShareFull
from khue.api.tasks import full
from khue.core.errors import KhueError
from khue.core.models import StoredFile
from khue.core.said import said
from khue.files.check import EVIDENCE, check_upload, clean_name, too_large
from khue.files.store import digest, keep
from khue.tasks import judge, work
from khue.tasks.acts import allowed
from khue.tasks.bulk import speaks_for_giver
from khue.tasks.models import Assignment, Extension
from khue.tasks.models.task import MOST_FIGURE
from khue.tasks.reach import share_for

router = Router(tags=["tasks"])
MOST_FILES = 12
Figure = Annotated[Decimal, Field(ge=Decimal(0), lt=Decimal(MOST_FIGURE), max_digits=15, decimal_places=3)]
OUT: dict[int, Any] = {200: ShareFull, **WRITE}


class ReportIn(Schema):
    """What was done: words, a percentage, a figure where the task has a target; evidence comes as `files`."""

    text: Words = ""
    percent: int | None = Field(None, ge=0, le=100)
    figure: Figure | None = None


class TextIn(Schema):
    """Words."""

    text: Words = ""


class ExtensionIn(Schema):
    """A later day, and why."""

    wanted_on: Day
    reason: Words


class DecisionIn(Schema):
    """The answer to the wish for more time that is open: the day asked for unless another is named; a refusal says why."""

    grant: bool
    granted_on: Day | None = None
    answer: Words = ""


def _share(request: ApiRequest, pk: int, action: str) -> Assignment:
    share = share_for(request.person, pk)
    if action not in allowed(request.person, share):
        raise PermissionDenied
    return share


def _done(request: ApiRequest, pk: int, what: str, key: str, asked: Any, do: Callable[[], Any]) -> dict[str, Any]:
    def carry_out() -> dict[str, Any]:
        do()
        return {}

    repeatable(request, f"api.{what}", key, asked, carry_out)
    return full(request.person, pk)


def _checked(request: ApiRequest, files: list[UploadedFile]) -> list[tuple[UploadedFile, str, str]]:
    for big in getattr(request, "too_large", []):
        raise too_large(clean_name(big))
    if len(files) > MOST_FILES:
        raise KhueError("report.files", said("Một lần gửi nhiều nhất {most} tệp.", most=MOST_FILES), said("Chia làm nhiều lần."))
    named = [(f, clean_name(f.name or "")) for f in files]
    return [(f, name, check_upload(f, name, f.size or 0, EVIDENCE)) for f, name in named]


def _kept(request: ApiRequest, files: list[tuple[UploadedFile, str, str]]) -> list[StoredFile]:
    return [keep(f, name=name, kind=kind, by=request.user) for f, name, kind in files]


def _told(request: ApiRequest, pk: int, body: ReportIn, files: list[UploadedFile], key: str, *, submit: bool) -> dict[str, Any]:
    _share(request, pk, "report")
    checked = _checked(request, files)

    def do() -> Any:
        return work.report(pk, by=request.user, files=_kept(request, checked), submit=submit, **body.dict())

    return _done(request, pk, "submit" if submit else "report", key, [body.dict(), [digest(f) for f in files]], do)


@router.post("/shares/{int:pk}/receive", response=OUT, url_name="receive", operation_id="receive")
def receive(request: ApiRequest, pk: Id) -> Any:
    """The unit has seen the task. A second time changes nothing."""
    _share(request, pk, "receive")
    work.receive(pk, by=request.user)
    return full(request.person, pk)


@router.post("/shares/{int:pk}/report", response=OUT, url_name="report-progress", operation_id="report_progress")
def report(request: ApiRequest, pk: Id, body: Form[ReportIn], files: File[list[UploadedFile]] = [], key: Key = "") -> Any:  # noqa: B006
    """How far it has come, as a form with files."""
    return _told(request, pk, body, files, key, submit=False)


@router.post("/shares/{int:pk}/submit", response=OUT, url_name="submit", operation_id="submit")
def submit(request: ApiRequest, pk: Id, body: Form[ReportIn], files: File[list[UploadedFile]] = [], key: Key = "") -> Any:  # noqa: B006
    """It is done and waits to be verified, as a form with files."""
    return _told(request, pk, body, files, key, submit=True)


@router.post("/shares/{int:pk}/comment", response=OUT, url_name="comment", operation_id="comment")
def comment(request: ApiRequest, pk: Id, body: Form[TextIn], files: File[list[UploadedFile]] = [], key: Key = "") -> Any:  # noqa: B006
    """A word to the other side, as a form with files."""
    share = _share(request, pk, "comment")
    checked, giver = _checked(request, files), speaks_for_giver(request.person, share)

    def do() -> Any:
        return work.comment(pk, body.text, by=request.user, files=_kept(request, checked), from_giver=giver)

    return _done(request, pk, "comment", key, [body.dict(), [digest(f) for f in files]], do)


@router.post("/shares/{int:pk}/extension", response=OUT, url_name="extension", operation_id="extension")
def extension(request: ApiRequest, pk: Id, body: ExtensionIn, key: Key = "") -> Any:
    """Asks for a later day."""
    _share(request, pk, "extend")
    return _done(request, pk, "extension", key, body.dict(), lambda: work.ask_extension(pk, body.wanted_on, body.reason, by=request.user))


@router.post("/shares/{int:pk}/extension/drop", response=OUT, url_name="drop-extension", operation_id="drop_extension")
def drop_extension(request: ApiRequest, pk: Id) -> Any:
    """Takes back the wish for a later day that nobody has answered. 409 where none is asked for."""
    _share(request, pk, "drop")
    work.drop_extension(pk, by=request.user)
    return full(request.person, pk)


@router.post("/shares/{int:pk}/decide", response=OUT, url_name="decide", operation_id="decide")
def decide(request: ApiRequest, pk: Id, body: DecisionIn) -> Any:
    """Grants or refuses the later day that was asked for. 409 where none is asked for."""
    share = _share(request, pk, "grant")
    wish = share.extensions.filter(state=Extension.State.ASKED).first()
    if wish is None:
        raise work.no_wish()
    judge.decide_extension(wish.pk, grant=body.grant, by=request.user, granted_on=body.granted_on, answer=body.answer)
    return full(request.person, pk)


@router.post("/shares/{int:pk}/verify", response=OUT, url_name="verify", operation_id="verify")
def verify(request: ApiRequest, pk: Id, body: TextIn) -> Any:
    """Done, on the day it was submitted. A second time changes nothing."""
    _share(request, pk, "verify")
    judge.verify(pk, by=request.user, text=body.text)
    return full(request.person, pk)


@router.post("/shares/{int:pk}/send-back", response=OUT, url_name="send-back", operation_id="send_back")
def send_back(request: ApiRequest, pk: Id, body: TextIn, key: Key = "") -> Any:
    """What was submitted is not enough; the text says what is missing."""
    _share(request, pk, "send-back")
    return _done(request, pk, "send-back", key, body.dict(), lambda: judge.send_back(pk, body.text, by=request.user))


@router.post("/shares/{int:pk}/reopen", response=OUT, url_name="reopen", operation_id="reopen")
def reopen(request: ApiRequest, pk: Id, body: TextIn, key: Key = "") -> Any:
    """Verified by mistake: open again; the text says why."""
    _share(request, pk, "reopen")
    return _done(request, pk, "reopen", key, body.dict(), lambda: judge.reopen(pk, body.text, by=request.user))


@router.post("/shares/{int:pk}/take-back", response=OUT, url_name="take-back", operation_id="take_back")
def take_back(request: ApiRequest, pk: Id, body: TextIn, key: Key = "") -> Any:
    """This unit need not do it; the others still do, and the text says why. 409 where it is the last: withdraw the task."""
    _share(request, pk, "take-back")
    return _done(request, pk, "take-back", key, body.dict(), lambda: judge.take_back(pk, body.text, by=request.user))
