"""From what somebody typed or chose to the units it means."""

from dataclasses import dataclass

from khue.core.errors import KhueError
from khue.core.said import said
from khue.tasks.forms import read_ref
from khue.tasks.give import Address
from khue.units.groups import Ref
from khue.units.models import Unit
from khue.units.resolve import resolve
from khue.units.tree import today


@dataclass(frozen=True, slots=True)
class Typed:
    """One line of a form: the words, the reference of a picker where one was used, and what a partner owes."""

    words: str
    ref: str = ""
    is_partner: bool = False
    owes: str = ""


def meant(typed: Typed, at: Unit) -> Address:
    """The address that a line means. Raises KhueError, with what it may mean, where that is not one thing."""
    ref = read_ref(typed.ref)
    if ref is None:
        ref, label = _resolved(typed.words, at)
    else:
        label = typed.words
    return Address(ref, label[:300], typed.is_partner, typed.owes.strip())


def _resolved(words: str, at: Unit) -> tuple[Ref, str]:
    found = resolve(words, at=at, on=today())
    if found and (found[0].exact or len(found) == 1):
        return found[0].ref, found[0].label
    if not found:
        raise KhueError(
            "address.unknown",
            said("Không tìm thấy đơn vị hay nhóm nào là “{words}”.", words=words[:120]),
            said("Gõ đủ tên, hoặc chọn trong gợi ý."),
        )
    names = "; ".join(c.label for c in found)
    raise KhueError(
        "address.several", said("“{words}” có thể là: {names}.", words=words[:120], names=names), said("Ghi rõ tên một đơn vị hay nhóm.")
    )


def one_unit(words: str, ref: str, at: Unit) -> Unit:
    """The one unit that was typed or chosen. Raises KhueError where it is none or several."""
    if not words.strip():
        raise KhueError("address.empty", said("Chưa chọn đơn vị."), said("Gõ tên đơn vị."))
    address = meant(Typed(words.strip(), ref), at)
    unit = Unit.objects.filter(pk=address.ref["id"]).first() if address.ref.get("type") == "unit" else None
    if unit is None or unit.closed_on is not None:
        raise KhueError(
            "address.unit", said("“{words}” không phải là một đơn vị.", words=words[:120]), said("Chọn một đơn vị trong gợi ý.")
        )
    return unit
