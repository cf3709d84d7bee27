"""Units on a day, groups, and the units that a reference means."""

from datetime import date
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from khue.api.kit import LIST, ONE, ApiRequest, Day, Id, Line, Paging, Rows, UnitRef, one_of, rows
from khue.core.errors import KhueError
from khue.core.said import said
from khue.tasks.forms import read_ref
from khue.units.groups import members as meant
from khue.units.kinds import UnitKind
from khue.units.lists import Asked, listing
from khue.units.models import Unit, UnitGroup
from khue.units.tree import subtree, today

router = Router(tags=["units"])
LARGEST = 2**63 - 1


class UnitOut(Schema):
    """What was true of a unit on a day."""

    id: int
    name: str
    short_name: str
    kind: str
    parent: UnitRef | None
    guide: UnitRef | None
    place: str
    is_public: bool
    valid_from: date
    valid_to: date | None

    @staticmethod
    def resolve_id(spell: Any) -> int:
        """The unit's own."""
        return int(spell.unit_id)

    @staticmethod
    def resolve_place(spell: Any) -> str:
        """The territory, by name."""
        return str(spell.place or "")


class AskedUnits(Paging):
    """The day and the filters."""

    on: Day | None = Field(None, description="today where nothing is said")
    q: Line = Field("", description="words of its names, or a code")
    kind: one_of(["", *UnitKind.values]) = ""  # type: ignore[valid-type]
    place: Id | None = None
    under: Id | None = Field(None, description="a unit: only what stands below it")


@router.get("/units", response={200: Rows[UnitOut], **ONE}, url_name="units", operation_id="units")
def units(request: ApiRequest, asked: Query[AskedUnits]) -> Any:
    """The units one may see as they were on a day: one step of the tree, or with a filter everything below that fits."""
    on = asked.on or today()
    if asked.under:
        _seen(request, asked.under, on)
    wanted = Asked(on=on, word=asked.q, kind=asked.kind, place=asked.place, under=asked.under)
    return rows(listing(request.person.units("units.view"), wanted), asked)


def _seen(request: ApiRequest, pk: int, on: date) -> Unit:
    reach = subtree((u.pk for u in request.person.units("units.view")), on)
    found = Unit.objects.filter(pk=pk, pk__in=reach).first()
    if found is None:
        raise Http404
    return found


class IdentifierOut(Schema):
    """A unit's number in somebody's scheme."""

    scheme: str
    value: str


class UnitFull(UnitOut):
    """A unit with its numbers; where it has ended, with the first day without it and those that carry it on."""

    identifiers: list[IdentifierOut]
    closed_on: date | None
    heirs: list[UnitRef] = Field(description="the main one first, those of them that one may see; empty while it stands")


@router.get("/units/{int:pk}", response={200: UnitFull, **ONE}, url_name="unit", operation_id="unit")
def unit(request: ApiRequest, pk: Id, on: Query[Day | None] = None) -> Any:
    """A unit as it was on a day; where it had ended by then, as it was last. 404 where it was not there yet."""
    day = on or today()
    found = _seen(request, pk, day)
    spells = found.spells.select_related("parent", "guide", "place").order_by("-valid_from")
    ended = found.closed_on is not None and found.closed_on <= day
    spell: Any = next((s for s in spells if ended or s.holds(day)), None)
    if spell is None:
        raise Http404
    spell.heirs = _heirs(request, found)
    spell.identifiers = list(found.identifiers.filter(valid_to__isnull=True).order_by("scheme"))
    spell.closed_on = found.closed_on
    return spell


def _heirs(request: ApiRequest, unit: Unit) -> list[Unit]:
    """Those that carry on a unit that ended; a unit above that only looks on is none."""
    if unit.closed_on is None:
        return []
    lines = list(unit.heirs.filter(effective_on=unit.closed_on).select_related("after").order_by("-is_main", "pk"))
    reach = request.person.reach("units.view")
    return [line.after for line in lines if lines[0].is_main and line.after_id in reach]


class GroupOut(Schema):
    """A group that directives address as one: by rule or by list."""

    id: int
    name: str
    owner: UnitRef
    by_rule: bool
    kinds: list[str]
    within: UnitRef | None
    public_only: bool


@router.get("/groups", response={200: Rows[GroupOut], **LIST}, url_name="groups", operation_id="groups")
def groups(request: ApiRequest, page: Query[Paging]) -> Any:
    """The groups that the units one may see keep."""
    found = UnitGroup.objects.filter(owner_id__in=request.person.scope("units.view")).select_related("owner", "within")
    return rows(found.order_by("name", "pk"), page)


class AskedMembers(Paging):
    """A reference as plans and tasks keep it, and the day."""

    ref: str = Field(max_length=2000, description='JSON: {"type": "unit", "id": 1}, {"type": "group", "id": 1} or {"type": "rule", …}')
    on: Day | None = None


@router.get("/members", response={200: Rows[UnitRef], **ONE}, url_name="members", operation_id="members")
def members(request: ApiRequest, asked: Query[AskedMembers]) -> Any:
    """The units that a reference means on a day, those of them that one may see."""
    ref = read_ref(asked.ref)
    if ref is None or any(type(n) is int and not 0 < n <= LARGEST for n in ref.values()):
        raise KhueError(
            "ref.unknown",
            said("Không hiểu tham chiếu này."),
            said('Gửi JSON như {"type": "group", "id": 3}, lấy từ kế hoạch hay công việc.'),
        )
    if ref["type"] == "group" and not UnitGroup.objects.filter(pk=ref["id"], owner_id__in=request.person.scope("units.view")).exists():
        raise Http404
    on = asked.on or today()
    return rows(meant(ref, on, subtree((u.pk for u in request.person.units("units.view")), on)), asked)
