"""The numbers that every office reports, by document, section, unit or month: those of the page Điều hành."""

from dataclasses import asdict
from typing import Any

from django.db.models.functions import TruncMonth
from ninja import Query, Router, Schema
from pydantic import Field

from khue.api.kit import LIST, ApiRequest, Day, Id, one_of
from khue.api.tasks import NumbersOut
from khue.portal.operations import Operations
from khue.tasks.filters import KINDS
from khue.tasks.states import numbers as counted
from khue.tasks.states import numbers_by

router = Router(tags=["numbers"])
GROUPED = {
    "document": ("task__document_id", "task__document_name"),
    "section": ("task__document_id", "task__section"),
    "unit": ("unit_id", "unit__name"),
    "kind": ("unit__kind", "unit__kind"),
    "month": ("month", "month"),
}


class AskedNumbers(Schema):
    """What to count, and how to group it."""

    by: one_of(["", *GROUPED]) = ""  # type: ignore[valid-type]
    on: Day | None = Field(None, description="the day that counts as today")
    document: int | None = Field(None, ge=0, le=2**63 - 1, description="0: those that come from none")
    unit: Id | None = None
    kind: one_of(["", *KINDS]) = Field("", description="kind of unit")  # type: ignore[valid-type]
    year: str = Field("", pattern=r"^(|(19|20)[0-9]{2}-(19|20)[0-9]{2})$", description='school year of the deadline, "2023-2024"')


class GroupNumbers(Schema):
    """The numbers of one document, section, unit, kind or month; `key` is its id, or empty for what has none."""

    key: str
    name: str
    numbers: NumbersOut


class NumbersAnswer(Schema):
    """The numbers of everything asked about, and of each group; groups add up to the whole."""

    on: str
    total: NumbersOut
    groups: list[GroupNumbers]


@router.get("/numbers", response={200: NumbersAnswer, **LIST}, url_name="numbers", operation_id="numbers")
def numbers(request: ApiRequest, asked: Query[AskedNumbers]) -> Any:
    """given, done_in_time, done_late, open_in_time, overdue of the shares one may see; partners' shares do not count."""
    operations = Operations(request.person, _filters(asked))
    shares = operations.shares()
    if asked.unit:
        shares = shares.filter(unit_id=asked.unit)
    total = asdict(counted(shares, operations.on))
    return {"on": operations.on.isoformat(), "total": total, "groups": _groups(shares, operations, asked.by)}


def _filters(asked: AskedNumbers) -> dict[str, Any]:
    """As the page has them; a year that is none of a school is not asked for."""
    found = {"on": asked.on, "document": asked.document, "kind": asked.kind, "year": asked.year}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _groups(shares: Any, operations: Operations, by: str) -> list[dict[str, Any]]:
    if not by:
        return []
    key, name = GROUPED[by]
    if by == "month":
        shares = shares.annotate(month=TruncMonth("due_on"))
    rows = numbers_by(shares, operations.on, *dict.fromkeys((key, name)))
    return [{"key": _text(g[key]), "name": _text(g[name]), "numbers": asdict(n)} for g, n in rows]


def _text(value: Any) -> str:
    return f"{value:%Y-%m}" if hasattr(value, "month") else str(value if value is not None else "")
