"""Who is told what a reorganisation made of the unit they work at, of their role and of its shares, and that it was undone."""

from collections import Counter
from collections.abc import Iterable

from khue.core.said import Said, joined, said, template
from khue.core.text import short
from khue.tasks.heirs_count import Fate
from khue.tasks.models import Notice
from khue.tasks.telling import CUT, notify, people_at
from khue.units.reorganise.heirs import Moved
from khue.units.reorganise.spells import Change

KIND = "inherited"
_ONLY_MOVED = template("{n} việc chuyển sang đơn vị bạn theo quyết định: {name}.")
_PARTS = {
    Fate.MOVES: template("{n} việc chuyển sang đơn vị bạn"),
    Fate.JOINS: template("{n} việc gộp vào việc đơn vị bạn đang làm"),
    Fate.STAYS: template("{n} việc đơn vị cũ chưa xong, đơn vị bạn làm tiếp dưới tên đơn vị cũ"),
}
# what one person is told: parts of a sentence, and the page to which it leads
Told = dict[int, tuple[list[Said], str]]


def tell_heirs(change: Change, came: Iterable[tuple[int, Fate]], moved: list[Moved], key: str) -> None:
    """Each person learns once what became of their role and unit, and how many tasks came, by what became of them."""
    counts = _counts(came)
    told: Told = {}
    for m in moved:
        _add(told, m.user_id, _role(m), f"/don-vi/{m.heir_id}/" if m.heir_id else "")
    _tell_units(change, told, {(m.user_id, m.heir_id) for m in moved})
    for user in counts:
        told.setdefault(user, ([], ""))
    alike: dict[tuple[Said, str], list[int]] = {}
    for user, (parts, address) in told.items():
        tasks = counts.get(user, Counter())
        sentence = _words(parts, tasks, short(change.event.title, CUT))
        alike.setdefault((sentence, "/viec/" if tasks else address), []).append(user)
    for (sentence, address), users in alike.items():
        notify(users, KIND, key, sentence, address=address)


def _add(told: Told, user: int, part: Said, address: str) -> None:
    parts, before = told.get(user, ([], ""))
    told[user] = ([*parts, part], before or address)


def _counts(came: Iterable[tuple[int, Fate]]) -> dict[int, Counter[Fate]]:
    """{person: how many tasks came to their units}; `came` names the heir of each."""
    units: dict[int, Counter[Fate]] = {}
    for unit_id, fate in came:
        units.setdefault(unit_id, Counter())[fate] += 1
    people: dict[int, Counter[Fate]] = {}
    for unit_id, users in people_at(units, "tasks.report").items():
        for user in users:
            people.setdefault(user, Counter()).update(units[unit_id])
    return people


def _role(moved: Moved) -> Said:
    if not moved.heir:
        return said("vai trò của bạn ở {unit} kết thúc", unit=moved.unit)
    if moved.now == moved.role:
        return said("vai trò của bạn ở {unit} chuyển sang {heir}", unit=moved.unit, heir=moved.heir)
    return said("vai trò của bạn ở {unit} chuyển sang {heir}, chỉ để xem", unit=moved.unit, heir=moved.heir)


def _tell_units(change: Change, told: Told, came: set[tuple[int, int | None]]) -> None:
    """Those who stay where they are learn that their unit belongs to another one, or is called otherwise."""
    altered = {old["unit_id"]: (old, new) for old, new in change.altered()}
    uppers = change.names_now({new["parent_id"] for _old, new in altered.values() if new["parent_id"]})
    for unit_id, users in people_at(altered, "tasks.report").items():
        old, new = altered[unit_id]
        parts = []
        if old["name"] != new["name"]:
            parts.append(said("{unit} đổi tên thành {name}", unit=old["name"], name=new["name"]))
        if old["parent_id"] != new["parent_id"] and new["parent_id"]:
            parts.append(said("{unit} chuyển về trực thuộc {parent}", unit=new["name"], parent=uppers[new["parent_id"]]))
        for user in users:
            for part in parts if (user, unit_id) not in came else ():
                _add(told, user, part, f"/don-vi/{unit_id}/")


def _words(parts: list[Said], counts: Counter[Fate], name: str) -> Said:
    if not parts and not any(n for fate, n in counts.items() if fate != Fate.MOVES):
        return said(_ONLY_MOVED, n=counts[Fate.MOVES], name=name)
    what = joined([*parts, *(said(_PARTS[fate], n=counts[fate]) for fate in Fate if counts[fate])])
    return said("Theo quyết định “{name}”: {what}.", name=name, what=what)


def tell_undone(key: str, *, name: str) -> None:
    """Whoever was told learns that it was undone, instead of what does not hold any more."""
    before = Notice.objects.filter(key=key)
    users = list(before.order_by("user_id").values_list("user_id", flat=True))
    before.delete()
    text = said("Đã hoàn tác quyết định “{name}”: đơn vị, vai trò và các việc trở lại như trước.", name=short(name, CUT))
    notify(users, "given_back", f"{key}-undone", text, address="/viec/")
