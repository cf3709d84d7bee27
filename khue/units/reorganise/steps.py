"""The six kinds of step.

    {"kind": "found", "unit": {name, short_name, kind, parent_id, guide_id, place_id, is_public}}
    {"kind": "rename", "unit": id, "name": ..., "short_name": ...}
    {"kind": "transfer", "units": [id, ...], "parent": id | None, "guide": id | None, "place": id | None}   (keys that are there)
    {"kind": "merge", "units": [id, ...], "into": id | {a new unit}, "name": ..., "short_name": ...}
    {"kind": "split", "unit": id, "parts": [id | {a new unit}, ...], "main": 0, "stays": bool}
    {"kind": "dissolve", "units": [id, ...], "heir": id | None}

A unit of a later step may be one that an earlier step founded: {"made": n} stands for the n-th unit made so far.
"""

from collections.abc import Callable, Iterable
from typing import Any

from khue.core.errors import KhueError
from khue.core.said import said
from khue.core.text import key, squeeze
from khue.units.models import UnitSpell
from khue.units.reorganise.spells import Change
from khue.units.tree import subtree_ids

Step = dict[str, Any]
# so many units are named where several are wrong alike
MOST = 3
TWO = said("Sáp nhập cần ít nhất hai đơn vị khác nhau.")


def _bad(field: str, why: str, remedy: str = "") -> KhueError:
    """`field` is the one of the step's form at which it is told."""
    return KhueError(f"step.{field}", why, remedy)


def _free(change: Change, name: str, parent: Any, *, but: Iterable[int] = (), field: str = "name") -> None:
    """No other unit that stands under the same one is called so. `but` are units that may: those that end, the unit itself."""
    if not isinstance(parent, int):
        return
    beside = UnitSpell.objects.filter(parent_id=parent, valid_to__isnull=True).exclude(unit_id__in=list(but))
    wanted = key(squeeze(name))
    if any(key(n) == wanted for n in beside.values_list("name", flat=True)):
        upper = UnitSpell.objects.filter(unit_id=parent, valid_to__isnull=True).values_list("name", flat=True).first() or ""
        raise _bad(
            field,
            said("Dưới {parent} đã có {name}.", parent=upper, name=squeeze(name)),
            said("Ghi tên khác, hoặc cho đơn vị đó thôi hoạt động ở bước trước."),
        )


def _unit(change: Change, given: Any, *, but: Iterable[int] = (), field: str = "name") -> int:
    """The id of a unit given by id, by its number among those made, or as a new one to be founded (see `_free`)."""
    if isinstance(given, int):
        return given
    if isinstance(given, dict) and "made" in given:
        return change.made_units[int(given["made"])]
    if isinstance(given, dict) and given.get("name") and given.get("kind"):
        facts = _resolved(change, given)
        _free(change, facts["name"], facts.get("parent_id"), but=but, field=field)
        return change.found(facts).pk
    raise _bad("unit", said("Thiếu đơn vị trong một bước."), said("Chọn đơn vị, hoặc ghi tên và loại của đơn vị mới."))


def _is_new(given: Any) -> bool:
    """Whether it is a unit that the step itself founds."""
    return isinstance(given, dict) and "name" in given


def _resolved(change: Change, facts: Step) -> Step:
    names = ("parent_id", "guide_id")
    return {n: _unit(change, v) if n in names and isinstance(v, dict) else v for n, v in facts.items()}


def found(change: Change, step: Step) -> None:
    """A new unit."""
    _unit(change, step.get("unit"))


def rename(change: Change, step: Step) -> None:
    """Another name from the day on."""
    name = str(step.get("name") or "").strip()
    if not name:
        raise _bad("name", said("Chưa ghi tên mới."))
    unit_id, short = _unit(change, step.get("unit")), str(step.get("short_name") or "").strip()
    spell = change.open_spell(unit_id)
    if name == spell.name and short in ("", spell.short_name):
        raise _bad("name", said("{unit} đang mang đúng tên này.", unit=spell.name), said("Ghi tên mới."))
    _free(change, name, spell.parent_id, but=[unit_id])
    change.alter(unit_id, name=name, short_name=short)


def transfer(change: Change, step: Step) -> None:
    """Another parent, guide or place from the day on."""
    said_now = {
        f"{n}_id": _unit(change, step[n]) if step[n] is not None and n != "place" else step[n]
        for n in ("parent", "guide", "place")
        if n in step
    }
    units = step.get("units") or []
    if not units or not said_now:
        raise _bad("units", said("Bước chuyển thiếu đơn vị hoặc nơi đến."))
    moved = [_unit(change, given) for given in units]
    _not_below(change, moved, said_now)
    spells = [change.open_spell(unit_id) for unit_id in moved]
    if all(getattr(s, n) == v for s in spells for n, v in said_now.items()):
        names = "; ".join(s.name for s in spells[:MOST])
        raise _bad("units", said("Bước này không đổi gì: {units} đang ở đúng nơi đó.", units=names), said("Chọn nơi đến khác."))
    for unit_id in moved:
        change.alter(unit_id, **said_now)


def _not_below(change: Change, moved: list[int], said_now: dict[str, Any]) -> None:
    """Nothing goes below itself."""
    for field in ("parent", "guide"):
        upper = said_now.get(f"{field}_id")
        if upper in moved:
            raise _bad(field, said("Một đơn vị không thể trực thuộc chính nó."), said("Chọn đơn vị cấp trên khác."))
        if upper is not None and upper in subtree_ids(moved, change.day):
            unit = next(u for u in moved if upper in subtree_ids([u], change.day))
            raise _circle(field, change.open_spell(unit).name)


def _circle(field: str, name: str) -> KhueError:
    return _bad(field, said("{unit} sẽ nằm dưới chính nó.", unit=name), said("Chọn đơn vị cấp trên khác."))


def no_circle(change: Change) -> None:
    """No unit may come to lie below itself by several steps together."""
    moved = {s.unit_id: s for s in UnitSpell.objects.filter(pk__in=[*change.spells, *change.made_spells], valid_to__isnull=True)}
    for unit_id, spell in moved.items():
        below = subtree_ids([unit_id], change.day)
        if {spell.parent_id, spell.guide_id} & below:
            raise _circle("parent", spell.name)


def merge(change: Change, step: Step) -> None:
    """Several become one: one of them, or a new one. What belonged to those that end belongs to it."""
    sources = [_unit(change, u) for u in step.get("units") or []]
    if _is_new(step.get("into")) and len(set(sources)) < 2:
        raise _bad("units", TWO, said("Thêm đơn vị; nếu chỉ đổi tên thì dùng bước Đổi tên."))
    into = _unit(change, step.get("into"), but=sources)
    ending = [u for u in dict.fromkeys(sources) if u != into]
    if not ending or len(set(sources) | {into}) < 2:
        raise _bad("units", TWO, said("Thêm đơn vị, hoặc chọn đơn vị khác để sáp nhập vào."))
    _not_inside(change, into, ending)
    for unit_id in ending:
        change.hand_down(unit_id, into, stay=tuple(ending))
        change.close(unit_id)
        change.succeed(unit_id, into)
    name, short = str(step.get("name") or "").strip(), str(step.get("short_name") or "").strip()
    spell = change.open_spell(into)
    # its own name typed again leaves the short one, too
    if name and not (name == spell.name and not short):
        _free(change, name, spell.parent_id, but=[into])
        change.alter(into, name=name, short_name=short)


def split(change: Change, step: Step) -> None:
    """One becomes several; `main` gets what was open. With `stays` the old one goes on beside the new."""
    source, stays = _unit(change, step.get("unit")), bool(step.get("stays"))
    # what ends may give its name to a part
    but = [] if stays else [source]
    parts = [_unit(change, p, but=but, field="new") for p in step.get("parts") or []]
    if not {*parts} - ({source} if stays else set()):
        raise _bad("new", said("Chia tách cần ít nhất một đơn vị mới."))
    main = int(step.get("main") or 0)
    if not stays:
        if len(set(parts)) < 2 and source not in parts:
            raise _bad(
                "new",
                said("Chia cần ít nhất hai đơn vị nhận."),
                said("Thêm đơn vị, hoặc chọn “vẫn hoạt động” nếu tách một đơn vị ra."),
            )
        if source in parts:
            raise _bad(
                "parts", said("Đơn vị bị chia tách không thể là một phần của chính nó."), said("Chọn “vẫn hoạt động” nếu đơn vị cũ còn.")
            )
        if not 0 <= main < len(parts):
            raise _bad("main", said("Chưa chọn đơn vị nhận phần việc còn dở."))
        _not_inside(change, parts[main], [source])
        change.hand_down(source, parts[main], stay=tuple(parts))
        for part in parts:
            _not_inside(change, part, [source])
        change.close(source)
    for i, part in enumerate(parts):
        if part != source:
            change.succeed(source, part, main=not stays and i == main)


def dissolve(change: Change, step: Step) -> None:
    """Units end; `heir` carries on what was open. Without one the unit above sees what they did, and what is open waits there."""
    units = list(dict.fromkeys(_unit(change, u) for u in step.get("units") or []))
    heir = _unit(change, step["heir"]) if step.get("heir") else None
    if not units:
        raise _bad("units", said("Chưa chọn đơn vị giải thể."))
    if heir in units:
        raise _bad("heir", said("Đơn vị giải thể không thể tự tiếp nhận."), said("Chọn đơn vị tiếp nhận khác."))
    if heir is not None:
        _not_inside(change, heir, units)
    for unit_id in units:
        left = [c for c in change.children(unit_id) if c not in units]
        if left and heir is None:
            raise _bad(
                "heir",
                said("Đơn vị giải thể còn {n} đơn vị trực thuộc.", n=len(left)),
                said("Chuyển các đơn vị đó trước, hoặc chọn đơn vị tiếp nhận."),
            )
        change.hand_down(unit_id, heir, stay=tuple(units))
        change.close(unit_id)
    for unit_id in units:
        if heir is not None:
            change.succeed(unit_id, heir)
        elif above := change.above(unit_id):
            change.succeed(unit_id, above, main=False)
        else:
            raise _bad("heir", said("Đơn vị này không có cấp trên; cần một đơn vị tiếp nhận."))


def _not_inside(change: Change, heir: int, ending: list[int]) -> None:
    """Whoever carries units on must not stay below one of them: it takes the place of what ends."""
    spell = change.open_spell(heir)
    uppers = {e: UnitSpell.objects.filter(unit_id=e, valid_to__isnull=True).first() for e in ending}
    moved = {}
    for name in ("parent_id", "guide_id"):
        upper = getattr(spell, name)
        seen: set[int] = set()
        while upper in uppers and upper not in seen:
            seen.add(upper)
            above = uppers[upper]
            upper = getattr(above, name) if above else None
        if upper != getattr(spell, name):
            moved[name] = upper
    if moved:
        change.alter(heir, **moved)


KINDS: dict[str, Callable[[Change, Step], None]] = {
    "found": found,
    "rename": rename,
    "transfer": transfer,
    "merge": merge,
    "split": split,
    "dissolve": dissolve,
}
