"""Who is told what a reorganisation made of the shares of a unit that ended, and that it was undone."""

from collections import Counter
from collections.abc import Iterable

from khue.core.said import Said, joined, said, template
from khue.core.text import short
from khue.tasks.heirs_count import Fate
from khue.tasks.models import Notice
from khue.tasks.telling import CUT, notify, people_at

KIND = "inherited"
_ONLY_MOVED = template("{n} việc chuyển sang đơn vị bạn theo quyết định: {name}.")
_PARTS = {
    Fate.MOVES: template("{n} việc chuyển sang đơn vị bạn"),
    Fate.JOINS: template("{n} việc gộp vào việc đơn vị bạn đang làm"),
    Fate.STAYS: template("{n} việc đơn vị cũ chưa xong, đơn vị bạn làm tiếp dưới tên đơn vị cũ"),
}


def tell_heirs(came: Iterable[tuple[int, Fate]], key: str, *, name: str) -> None:
    """Each person at an heir learns once how many tasks came, by what became of them; `came` names the heir of each."""
    units: dict[int, Counter[Fate]] = {}
    for unit_id, fate in came:
        units.setdefault(unit_id, Counter())[fate] += 1
    people: dict[int, Counter[Fate]] = {}
    for unit_id, users in people_at(units, "tasks.report").items():
        for user in users:
            people.setdefault(user, Counter()).update(units[unit_id])
    alike: dict[tuple[int, ...], list[int]] = {}
    for user, counts in people.items():
        alike.setdefault(tuple(counts[f] for f in Fate), []).append(user)
    for numbers, users in alike.items():
        notify(users, KIND, key, _words(dict(zip(Fate, numbers, strict=True)), name), address="/viec/")


def _words(counts: dict[Fate, int], name: str) -> Said:
    called = short(name, CUT)
    if not any(n for fate, n in counts.items() if fate != Fate.MOVES):
        return said(_ONLY_MOVED, n=counts[Fate.MOVES], name=called)
    what = joined(said(_PARTS[fate], n=n) for fate, n in counts.items() if n)
    return said("Theo quyết định “{name}”: {what}.", name=called, what=what)


def tell_undone(key: str, *, name: str) -> None:
    """Whoever was told learns that it was undone, instead of what does not hold any more."""
    before = Notice.objects.filter(key=key)
    users = list(before.order_by("user_id").values_list("user_id", flat=True))
    before.delete()
    text = said("Đã hoàn tác quyết định “{name}”: các việc đã chuyển, đã gộp trở lại đơn vị cũ.", name=short(name, CUT))
    notify(users, "given_back", f"{key}-undone", text, address="/viec/")
