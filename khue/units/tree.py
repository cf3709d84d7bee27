"""The tree of units on a day: subtree, ancestors, lists; and the only functions that write spells."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from khue.core.log import log_action
from khue.core.search import index
from khue.units.kinds import UnitKind
from khue.units.models import BEGINNING, Place, Unit, UnitSpell, holds_on

_HOLDS = "s.valid_from <= %s AND (s.valid_to IS NULL OR s.valid_to >= %s)"
_BELOW = f"SELECT s.unit_id FROM units_unitspell s JOIN sub ON (s.parent_id = sub.id OR s.guide_id = sub.id) WHERE {_HOLDS}"
# PostgreSQL uses no index for a join on either of two columns: it walks over a list of steps instead
_STEPS = f"""step(up, down) AS MATERIALIZED (
    SELECT s.parent_id, s.unit_id FROM units_unitspell s WHERE s.parent_id IS NOT NULL AND {_HOLDS}
    UNION ALL SELECT s.guide_id, s.unit_id FROM units_unitspell s WHERE s.guide_id IS NOT NULL AND {_HOLDS}
), """
_BELOW_POSTGRES = "SELECT step.down FROM step JOIN sub ON step.up = sub.id"
_DOWN = """WITH RECURSIVE {steps}sub(id) AS (
    SELECT id FROM units_unit WHERE id IN ({roots})
    UNION {below}
), past(id) AS (
    SELECT id FROM sub
    UNION SELECT x.before_id FROM units_succession x JOIN past ON x.after_id = past.id JOIN units_unit b ON b.id = x.before_id
    WHERE x.effective_on <= %s AND b.closed_on = x.effective_on
) SELECT id FROM past"""
_UP = f"""WITH RECURSIVE up(id) AS (
    SELECT id FROM units_unit WHERE id IN ({{roots}})
    UNION SELECT CASE k.n WHEN 1 THEN s.parent_id ELSE s.guide_id END
    FROM units_unitspell s JOIN up ON s.unit_id = up.id CROSS JOIN (SELECT 1 AS n UNION SELECT 2) k
    WHERE {_HOLDS} AND CASE k.n WHEN 1 THEN s.parent_id ELSE s.guide_id END IS NOT NULL
) SELECT id FROM up"""
# a unit that ended, and who carries it on as the main one; `start` is where the walk began
_ENDED = "x.is_main AND x.effective_on <= %s AND b.closed_on = x.effective_on"
_HEIRS = f"""WITH RECURSIVE heir(start, id) AS (
    SELECT id, id FROM units_unit WHERE id IN ({{roots}})
    UNION SELECT heir.start, x.after_id FROM units_succession x JOIN heir ON x.before_id = heir.id
    JOIN units_unit b ON b.id = x.before_id WHERE {_ENDED}
) SELECT {{wanted}} FROM heir"""
_PAST = """WITH RECURSIVE past(id) AS (
    SELECT id FROM units_unit WHERE id IN ({roots})
    UNION SELECT x.before_id FROM units_succession x JOIN past ON x.after_id = past.id
    JOIN units_unit b ON b.id = x.before_id WHERE x.effective_on <= %s AND b.closed_on = x.effective_on{main}
) SELECT id FROM past"""
_MAIN = " AND x.is_main"


def today() -> date:
    """The day in Vietnam."""
    return timezone.localdate()


def day_end(on: date) -> datetime:
    """The moment at which a day is over in Vietnam."""
    return timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))


def _sql(template: str, roots: Iterable[int] | str, on: date | None, **more: str) -> tuple[str, list[Any]]:
    """The query with its roots (ids, or a query of ids that takes days only) and the day wherever it asks for one."""
    ids = roots if isinstance(roots, str) else ",".join(map(str, [int(r) for r in roots] or [0]))
    day = (on or today()).isoformat()
    steps, below = (_STEPS, _BELOW_POSTGRES) if connection.vendor == "postgresql" else ("", _BELOW)
    sql = template.format(roots=ids, steps=steps, below=below, **more)
    return sql, [day] * sql.count("%s")


def subtree(roots: Iterable[int], on: date | None = None) -> RawSQL:
    """The ids of `roots`, of everything below them on a day and of the units that those carry on, as a subquery for `unit_id__in`."""
    sql, params = _sql(_DOWN, roots, on)
    return RawSQL(sql, params)


def subtree_ids(roots: Iterable[int], on: date | None = None) -> set[int]:
    """The same as a set of ids; one query."""
    return _ids(*_sql(_DOWN, roots, on))


def heirs(roots: Iterable[int] | str, on: date | None = None) -> RawSQL:
    """The ids of units and of those that carry them on (the main ones, step by step) on a day, as a subquery.

    With `holds_on(on)` beside it, it means whoever stands for the units that day.
    """
    sql, params = _sql(_HEIRS, roots, on, wanted="id")
    return RawSQL(sql, params)


def below_heirs(root: int, on: date) -> RawSQL:
    """The ids of everything below a unit, or below who carries it on, on a day, as a subquery."""
    inner, _params = _sql(_HEIRS, [root], on, wanted="id")
    sql, params = _sql(_DOWN, inner, on)
    return RawSQL(sql, params)


def standing(unit_ids: Iterable[int], on: date | None = None) -> dict[int, int]:
    """{unit: who stands for it on a day}: itself, or the main unit that carries it on; one query. Without anybody: left out."""
    sql, params = _sql(_HEIRS, unit_ids, on, wanted="start, id")
    day = (on or today()).isoformat()
    held = f"SELECT h.start, h.id FROM ({sql}) h JOIN units_unitspell s ON s.unit_id = h.id WHERE {_HOLDS}"
    with connection.cursor() as cursor:
        cursor.execute(held, [*params, day, day])
        return dict(cursor.fetchall())


def standing_unit(unit: Unit, on: date) -> Unit:
    """The unit, or the one that carries it on where it has ended by that day."""
    if unit.closed_on is None or unit.closed_on > on:
        return unit
    heir = standing([unit.pk], on).get(unit.pk, unit.pk)
    return unit if heir == unit.pk else Unit.objects.get(pk=heir)


def tops_on(units: Iterable[int], on: date) -> set[int]:
    """Units from which one looks down on a day: on a day that is past, those that they carry on, too."""
    return with_past(units, today(), main=False) if on < today() else set(units)


def with_past(unit_ids: Iterable[int], on: date | None = None, *, main: bool = True) -> set[int]:
    """The ids of units and of those that they carry on (as the main ones, or beside others, too) on a day; one query."""
    return _ids(*_sql(_PAST, unit_ids, on, main=_MAIN if main else ""))


def past(roots: Iterable[int], on: date | None = None) -> RawSQL:
    """The ids of `with_past` as a subquery."""
    sql, params = _sql(_PAST, roots, on, main=_MAIN)
    return RawSQL(sql, params)


def ancestor_ids(unit_ids: Iterable[int], on: date | None = None) -> set[int]:
    """The ids of units and of everything above them (owners and guides) on a day; one query."""
    return _ids(*_sql(_UP, unit_ids, on))


def _ids(sql: str, params: list[Any]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {row[0] for row in cursor.fetchall()}


def spells_on(on: date | None = None) -> QuerySet[UnitSpell]:
    """What is true of every unit on a day."""
    return UnitSpell.objects.filter(holds_on(on or today())).select_related("unit", "parent", "place")


def spell_of(unit: Unit, on: date | None = None) -> UnitSpell | None:
    """What is true of a unit on a day; None where it did not exist."""
    return spells_on(on).filter(unit=unit).first()


@transaction.atomic
def found_unit(
    *,
    name: str,
    kind: str,
    parent: Unit | None,
    by: Any,
    short_name: str = "",
    guide: Unit | None = None,
    place: Place | None = None,
    is_public: bool = True,
    valid_from: date = BEGINNING,
    basis: str = "",
) -> Unit:
    """A new unit with its first spell."""
    unit = Unit.objects.create(name=name, short_name=short_name, kind=UnitKind(kind))
    UnitSpell.objects.create(
        unit=unit,
        name=name,
        short_name=short_name,
        kind=unit.kind,
        parent=parent,
        guide=guide,
        place=place,
        is_public=is_public,
        valid_from=valid_from,
        basis=basis,
    )
    log_action("unit.founded", unit, by=by, changes={"name": ["", name], "parent": [None, parent and parent.name]})
    index_unit(unit)
    return unit


@transaction.atomic
def change_unit(unit: Unit, *, by: Any, on: date, basis: str = "", **said: Any) -> UnitSpell:
    """From `on`, the unit is as `said` (name, short_name, kind, parent, guide, place, is_public); before, as it was.

    Raises ValueError where the unit has no spell that holds on that day or later ones stand already.
    """
    spell = UnitSpell.objects.select_for_update().filter(unit=unit, valid_to__isnull=True).first()
    if spell is None or spell.valid_from > on:
        raise ValueError(f"unit {unit.pk} has no open spell on {on}")
    before = {name: getattr(spell, name) for name in said}
    if spell.valid_from < on:
        UnitSpell.objects.filter(pk=spell.pk).update(valid_to=on - timedelta(days=1))
        spell.pk, spell._state.adding, spell.valid_from, spell.valid_to = None, True, on, None
    for name, value in said.items():
        setattr(spell, name, value)
    spell.basis = basis
    spell.save()
    unit.name, unit.short_name, unit.kind = spell.name, spell.short_name, spell.kind
    unit.save(update_fields=["name", "short_name", "kind"])
    log_action("unit.changed", unit, by=by, changes={n: [before[n], v] for n, v in said.items() if before[n] != v} | {"on": on})
    index_unit(unit)
    return spell


def index_unit(unit: Unit) -> None:
    """Puts a unit into the search index under all its names."""
    names = unit.spells.values_list("name", "short_name", "place__name")
    codes = unit.identifiers.values_list("value", flat=True)
    index("unit", unit.pk, unit_id=unit.pk, title=unit.name, texts=[*{n for row in names for n in row if n}, *codes])
