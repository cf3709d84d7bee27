"""Steps in words, as a decision says them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khue.units.kinds import UnitKind
from khue.units.models import Place, Unit
from khue.units.reorganise.drafting import made_names
from khue.units.reorganise.spells import names_on

MOST = 8
KIND_WORDS: dict[str, Promise] = {
    "found": gettext_lazy("Thành lập"),
    "rename": gettext_lazy("Đổi tên"),
    "transfer": gettext_lazy("Chuyển nơi trực thuộc"),
    "merge": gettext_lazy("Sáp nhập"),
    "split": gettext_lazy("Chia, tách"),
    "dissolve": gettext_lazy("Giải thể"),
}
# what goes along with a step, and what stays
KIND_HELP: dict[str, Promise] = {
    "rename": gettext_lazy("Việc, người và lịch sử của đơn vị giữ nguyên; từ ngày có hiệu lực các trang ghi tên mới."),
    "transfer": gettext_lazy(
        "Đổi nơi trực thuộc, nơi hướng dẫn chuyên môn hoặc địa bàn của đơn vị. Tên, người, việc và lịch sử của đơn vị giữ nguyên; đơn vị trực thuộc nó đi theo."
    ),
    "merge": gettext_lazy(
        "Đơn vị cũ thôi hoạt động. Việc đang mở, người và đơn vị trực thuộc sang đơn vị sau sáp nhập; việc đã xong và văn bản giữ nguyên, đơn vị kế thừa xem được."
    ),
    "split": gettext_lazy(
        "Đơn vị cũ thôi hoạt động, trừ khi chọn vẫn hoạt động. Việc đang mở, người và đơn vị trực thuộc sang một đơn vị nhận; việc đã xong và văn bản giữ nguyên."
    ),
    "dissolve": gettext_lazy(
        "Việc đang mở, người và đơn vị trực thuộc sang đơn vị tiếp nhận; không có đơn vị tiếp nhận thì việc chờ cấp trên quyết định. Việc đã xong và văn bản giữ nguyên."
    ),
}
Step = dict[str, Any]


class Names:
    """What units and places of some steps are called, units as on a day; three queries for any number of steps."""

    def __init__(self, steps: list[Step], on: date) -> None:
        ids = {v for s in steps for v in _ids(s)}
        self.units = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name")) | names_on(ids, on)
        new = [s["unit"] for s in steps if isinstance(s.get("unit"), dict)]
        places = {p for p in (*(s.get("place") for s in steps), *(u.get("place_id") for u in new)) if p}
        self.places = {p.pk: str(p) for p in Place.objects.filter(pk__in=places)}
        self.made = made_names(steps)

    def of(self, given: Any) -> str:
        """The name of a unit given by id, as one of those founded, or as a new one."""
        if isinstance(given, dict):
            number = given.get("made")
            return str(given.get("name", "")) if number is None else (self.made[number] if number < len(self.made) else "?")
        return self.units.get(given, "?")

    def several(self, given: Iterable[Any]) -> str:
        """Names joined; beyond eight only how many more."""
        names = [self.of(g) for g in given]
        more = _(" và {n} đơn vị khác").format(n=len(names) - MOST) if len(names) > MOST else ""
        return "; ".join(names[:MOST]) + more


def _ids(step: Step) -> set[int]:
    values = [v for value in step.values() for v in (value if isinstance(value, list) else [value])]
    inner = [v for value in values if isinstance(value, dict) for v in value.values()]
    return {v for v in [*values, *inner] if isinstance(v, int) and not isinstance(v, bool)}


def sentence(step: Step, names: Names) -> str:
    """One step as a sentence."""
    return _SENTENCES[step["kind"]](step, names)


def _found(step: Step, names: Names) -> str:
    unit = step["unit"]
    upper = unit.get("parent_id")
    text = _("Thành lập {name} ({kind}), trực thuộc {parent}.") if upper else _("Thành lập {name} ({kind}).")
    return text.format(name=unit["name"], kind=UnitKind(unit["kind"]).label, parent=names.of(upper) if upper else "")


def _rename(step: Step, names: Names) -> str:
    return _("Đổi tên {unit} thành {name}.").format(unit=names.of(step["unit"]), name=step["name"])


def _transfer(step: Step, names: Names) -> str:
    parts = [_("Chuyển {units}").format(units=names.several(step["units"]))]
    if "parent" in step:
        parts.append(_("về trực thuộc {parent}").format(parent=names.of(step["parent"])))
    if "guide" in step:
        guide = step["guide"]
        parts.append(
            _("do {guide} hướng dẫn chuyên môn").format(guide=names.of(guide)) if guide else _("không còn đơn vị hướng dẫn chuyên môn")
        )
    if "place" in step:
        parts.append(_("sang địa bàn {place}").format(place=names.places.get(step["place"], "?")))
    return ", ".join(parts) + "."


def _merge(step: Step, names: Names) -> str:
    into = step["into"]
    if isinstance(into, dict) and "name" in into:
        return _("Sáp nhập {units} thành đơn vị mới {into}.").format(units=names.several(step["units"]), into=into["name"])
    others = [u for u in step["units"] if u != into]
    text = _("Sáp nhập {units} vào {into}, đổi tên thành {name}.") if step.get("name") else _("Sáp nhập {units} vào {into}.")
    return text.format(units=names.several(others), into=names.of(into), name=step.get("name", ""))


def _split(step: Step, names: Names) -> str:
    parts = step["parts"]
    if step.get("stays"):
        return _("Tách {parts} từ {unit}; đơn vị cũ vẫn hoạt động.").format(unit=names.of(step["unit"]), parts=names.several(parts))
    text = _("Chia {unit} thành {parts}; {main} nhận việc đang làm.") if len(parts) > 1 else _("Chia {unit} thành {parts}.")
    main = names.of(parts[int(step.get("main") or 0)])
    return text.format(unit=names.of(step["unit"]), parts=names.several(parts), main=main)


def _dissolve(step: Step, names: Names) -> str:
    heir = step.get("heir")
    text = _("Giải thể {units}; {heir} tiếp nhận.") if heir else _("Giải thể {units}; không có đơn vị tiếp nhận.")
    return text.format(units=names.several(step["units"]), heir=names.of(heir) if heir else "")


_SENTENCES = {"found": _found, "rename": _rename, "transfer": _transfer, "merge": _merge, "split": _split, "dissolve": _dissolve}
