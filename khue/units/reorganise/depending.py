"""What came after a decision was applied and stands on it: an undo would take it away or leave it hanging."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from khue.core.said import Said, said
from khue.units.history import Reorganisation
from khue.units.models import Unit, UnitGroup, UnitIdentifier, UnitSpell
from khue.units.reorganise.drafting import concerned
from khue.units.reorganise.heirs import Done, Obstacle, obstacles
from khue.units.reorganise.spells import SPELL, given_back

State = Reorganisation.State
# so many are named of each kind
MOST = 3


def depends_on(event: Reorganisation) -> list[Obstacle]:
    """Later changes of the same units, later decisions, and what each room has built on it."""
    record = event.record
    own = [Obstacle(words) for words in dict.fromkeys([*_changed_since(record), *_built_on(record)])]
    return [*_later_decisions(event), *own, *obstacles(record)]


def _changed_since(record: dict[str, Any]) -> list[Said]:
    now = UnitSpell.objects.in_bulk([int(k) for k in record["after"]])
    found: list[Said] = []
    for pk, after in record["after"].items():
        spell, then = now.get(int(pk)), given_back(after)
        if spell is None or any(getattr(spell, n) != then[n] for n in SPELL):
            found.append(said("{unit} đã thay đổi sau đó", unit=after["name"]))
    return found


def units_in(event: Reorganisation) -> set[int]:
    """Every unit that an applied decision ended, made, changed, or made an heir."""
    record = event.record
    spells = {after["unit_id"] for after in record["after"].values()}
    lines = {pk for s in event.successions.all() for pk in (s.before_id, s.after_id)}
    return {*record["made_units"], *map(int, record["units"]), *spells, *lines}


def _later_decisions(event: Reorganisation) -> list[Obstacle]:
    later = Reorganisation.objects.filter(state=State.APPLIED, applied_at__gt=event.applied_at).prefetch_related("successions")
    mine = units_in(event)
    return [
        Obstacle(
            said("quyết định “{title}” áp dụng sau đó với cùng đơn vị", title=e.title),
            [Done(str(e), reverse("units:reorganisation", args=[e.pk]), on=e.effective_on)],
            1,
        )
        for e in later
        if units_in(e) & mine
    ]


def _planned(made: list[int]) -> list[Reorganisation]:
    """Decisions not applied yet that name a unit which the undo would take away."""
    waiting = Reorganisation.objects.filter(state__in=(State.DRAFT, State.SCHEDULED)) if made else []
    return [e for e in waiting if concerned(e) & set(made)][:MOST]


def _built_on(record: dict[str, Any]) -> list[Said]:
    """What hangs on the units that an undo would take away, and numbers that another unit has taken since."""
    made = record["made_units"]
    found: list[Said] = []
    others = UnitSpell.objects.exclude(pk__in=record["made_spells"])
    for name in others.filter(Q(parent_id__in=made) | Q(guide_id__in=made)).values_list("name", flat=True)[:MOST]:
        found.append(said("{unit} đã trực thuộc đơn vị mới", unit=name))
    groups = UnitGroup.objects.filter(Q(owner_id__in=made) | Q(within_id__in=made) | Q(members__in=made))
    for name in groups.values_list("name", flat=True).distinct()[:MOST]:
        found.append(said("nhóm “{name}” dùng đơn vị mới", name=name))
    for unit in Unit.objects.filter(Q(contacts__isnull=False) | Q(identifiers__isnull=False), pk__in=made).distinct()[:MOST]:
        found.append(said("đã ghi liên hệ hoặc mã số cho {unit}", unit=unit.name))
    for planned in _planned(made):
        found.append(said("quyết định “{title}” đang soạn hoặc đã hẹn với đơn vị mới", title=planned.title))
    for drafted in Reorganisation.objects.filter(owner_id__in=made)[:MOST]:
        found.append(said("quyết định “{title}” do đơn vị mới lập", title=drafted.title))
    ended = UnitIdentifier.objects.filter(pk__in=record["identifiers"])
    for number in ended:
        if UnitIdentifier.objects.filter(scheme=number.scheme, value=number.value, valid_to__isnull=True).exists():
            found.append(said("mã {value} đã cấp cho đơn vị khác", value=number.value))
    return found
