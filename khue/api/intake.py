"""Taking in a file, settling a plan, giving it out."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from ninja import File, Form, Router, Schema
from ninja import Status as Answer
from ninja.files import UploadedFile
from pydantic import Field

from khue.api.documents import DocumentOut, one
from khue.api.kit import WRITE, ApiRequest, Id, Key, one_of
from khue.api.repeat import repeatable
from khue.core.spoken import speak
from khue.documents.confirm import confirm as settle
from khue.documents.giving import give_plan
from khue.documents.models import Direction, Document
from khue.documents.register import Same, take_in
from khue.files.store import digest
from khue.units.models import Unit

router = Router(tags=["documents"])


class UploadIn(Schema):
    """Whose register, and which of the two."""

    unit: Id
    direction: one_of(Direction.values) = Direction.INCOMING.value  # type: ignore[valid-type]


class Taken(Schema):
    """`made` is false where the very bytes stand in the register already; `document` is that one then."""

    made: bool
    document: DocumentOut


@router.post("/documents/upload", response={200: Taken, 201: Taken, **WRITE}, url_name="upload", operation_id="upload")
def upload(
    request: ApiRequest,
    file: File[UploadedFile],
    body: Form[UploadIn],
    key: Key = "",
) -> Any:
    """Takes a file into a unit's register; it is read in the background (status goes from waiting to review)."""
    if not request.person.can_at("documents.view", body.unit):
        raise Http404
    if not request.person.can_at("documents.register", body.unit):
        raise PermissionDenied
    keeper = Unit.objects.get(pk=body.unit)

    def do() -> dict[str, Any]:
        taken = take_in(keeper, file, file.name or "", file.size or 0, by=request.user, direction=body.direction)
        return {"made": False, "id": taken.document.pk} if isinstance(taken, Same) else {"made": True, "id": taken.pk}

    done = repeatable(request, "api.upload", key, [body.dict(), file.name, digest(file)], do)
    return Answer(201 if done["made"] else 200, {"made": done["made"], "document": one(request, done["id"])})


@router.post("/documents/{int:pk}/confirm", response={200: DocumentOut, **WRITE}, url_name="confirm", operation_id="confirm")
def confirm(request: ApiRequest, pk: Id) -> Any:
    """Settles the plan. 409 while an obligation was not looked at or a question has no answer."""
    _standing(one(request, pk, "documents.confirm"))
    settle(pk, by=request.user)
    return one(request, pk)


class GiveIn(Schema):
    """Which obligations; all that are not out yet where none are named."""

    obligations: list[Id] | None = Field(None, max_length=2000)


class Left(Schema):
    """An obligation that could not be given out, and why."""

    obligation: int
    why: str


class Given(Schema):
    """The tasks that were made, and what stayed behind."""

    tasks: list[int]
    left: list[Left]


@router.post("/documents/{int:pk}/give", response={200: Given, **WRITE}, url_name="give", operation_id="give")
def give(request: ApiRequest, pk: Id, body: GiveIn, key: Key = "") -> Any:
    """Gives out a settled plan. What is out already is not given twice."""
    _standing(one(request, pk, "tasks.give"))

    def do() -> dict[str, Any]:
        made, left = give_plan(pk, by=request.user, only=body.obligations)
        return {"tasks": [t.pk for t in made], "left": [{"obligation": p.obligation.pk, "why": speak(p.why_not or "")} for p in left]}

    return repeatable(request, "api.give", key, body.dict(), do)


def _standing(found: Document) -> None:
    if found.removed_at is not None:
        raise Http404
