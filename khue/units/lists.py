"""Lists of units on a day, as pages and spreadsheets show them: one function says which rows, so that both show the same."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from khue.core.search import ids_matching
from khue.units.kinds import UnitKind
from khue.units.models import Place, Unit, UnitSpell, holds_on
from khue.units.tree import ancestor_ids, spells_on, subtree

# those that lead stand above those that are led, an office's own schools before the communes
_FIRST = (UnitKind.MINISTRY, UnitKind.PROVINCE, UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.EDUCATION_OFFICE, UnitKind.OFFICE)
_KINDS = (*_FIRST, *(k for k in UnitKind if k not in _FIRST and k != UnitKind.COMMUNE), UnitKind.COMMUNE)
ORDER = Case(*(When(kind=kind, then=Value(n)) for n, kind in enumerate(_KINDS)), output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for: the day, a word, a kind, a territory, the unit whose subordinates are wanted."""

    on: date
    word: str = ""
    kind: str = ""
    place: int | None = None
    under: int | None = None

    @property
    def flat(self) -> bool:
        """Whether it searches the whole subtree, rather than showing one step of the tree."""
        return bool(self.word or self.kind or self.place)


def listing(roots: Iterable[Unit], asked: Asked) -> QuerySet[UnitSpell]:
    """The rows of a list: with a filter everything below `roots` that fits; without one the roots and the next step down."""
    tops = [u.pk for u in roots]
    rows = UnitSpell.objects.filter(holds_on(asked.on), unit_id__in=subtree(tops, asked.on))
    if asked.flat:
        rows = _fitting(rows, asked)
    elif asked.under:
        rows = rows.filter(Q(parent=asked.under) | Q(guide=asked.under))
    else:
        rows = rows.filter(Q(unit_id__in=tops) | Q(parent_id__in=tops) | Q(guide_id__in=tops))
    top_first = Case(When(unit_id__in=tops, then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = rows.annotate(rank=ORDER, step=top_first, below=_below(asked.on)).select_related("parent", "guide", "place")
    return ordered.order_by("step", "rank", "name", "unit_id")


def _fitting(rows: QuerySet[UnitSpell], asked: Asked) -> QuerySet[UnitSpell]:
    if asked.under:
        rows = rows.filter(unit_id__in=subtree([asked.under], asked.on))
    if asked.word:
        rows = rows.filter(unit_id__in=ids_matching(asked.word, "unit"))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.place:
        rows = rows.filter(Q(place=asked.place) | Q(place__parent=asked.place) | Q(place__parent__parent=asked.place))
    return rows


def ended(roots: Iterable[Unit], asked: Asked) -> QuerySet[Unit]:
    """Units below `roots` that fit the word and had ended by the day: whoever knows the old name finds what came of it."""
    if not asked.word:
        return Unit.objects.none()
    within = subtree([asked.under] if asked.under else [u.pk for u in roots], asked.on)
    found = Unit.objects.filter(closed_on__lte=asked.on, pk__in=within).filter(pk__in=ids_matching(asked.word, "unit"))
    return found.order_by("-closed_on", "name", "pk")


def _below(on: date) -> Subquery:
    """How many units stand directly below, by ownership or guidance."""
    lower = UnitSpell.objects.filter(holds_on(on)).filter(Q(parent=OuterRef("unit_id")) | Q(guide=OuterRef("unit_id"))).order_by()
    return Subquery(lower.annotate(n=Func(F("pk"), function="COUNT")).values("n"), output_field=IntegerField())


def places_of(roots: Iterable[Unit], on: date) -> QuerySet[Place]:
    """The territories in which the units below `roots` lie, for a filter."""
    spells = UnitSpell.objects.filter(holds_on(on), unit_id__in=subtree((u.pk for u in roots), on), place__isnull=False)
    return Place.objects.filter(pk__in=spells.values("place_id")).order_by("level", "name")


def kinds_of(roots: Iterable[Unit], on: date) -> list[tuple[str, str, int]]:
    """(kind, word, number) of the units below `roots`, for a filter."""
    spells = UnitSpell.objects.filter(holds_on(on), unit_id__in=subtree((u.pk for u in roots), on))
    counts = dict(spells.values_list("kind").annotate(n=Count("pk")).order_by())
    return [(k.value, str(k.label), counts[k.value]) for k in UnitKind if k.value in counts]


def path_to(unit_id: int, roots: Iterable[Unit], on: date) -> list[Unit]:
    """The units from one of the roots down to this one, for the crumbs of a page; two queries."""
    tops = {u.pk for u in roots}
    spells = spells_on(on).filter(unit_id__in=ancestor_ids([unit_id], on)).filter(unit_id__in=subtree(tops, on))
    seen = {s.unit_id: s for s in spells}
    path: list[Unit] = []
    at = seen.get(unit_id)
    while at is not None:
        path.insert(0, at.unit)
        uppers = [] if at.unit_id in tops else [at.parent_id, at.guide_id]
        at = next((seen[u] for u in uppers if u in seen and seen[u].unit not in path), None)
    return path


def as_xlsx(rows: QuerySet[UnitSpell], on: date) -> bytes:
    """The rows as a spreadsheet, with the day in its name row; every cell is text or a number, never a formula."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Đơn vị"))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.write_string(
        0, 0, _("Danh sách đơn vị ngày {day}").format(day=f"{on:%d/%m/%Y}"), book.add_format({"bold": True, "font_size": 14})
    )
    for column, (title, width) in enumerate(_columns()):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, title, bold)
    for number, row in enumerate(rows, 3):
        for column, value in enumerate(_cells(row)):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, value)
    sheet.freeze_panes(3, 1)
    book.close()
    return out.getvalue()


def _columns() -> list[tuple[str, int]]:
    return [
        (_("Tên đơn vị"), 52),
        (_("Tên gọn"), 26),
        (_("Loại"), 28),
        (_("Trực thuộc"), 44),
        (_("Hướng dẫn chuyên môn"), 36),
        (_("Địa bàn"), 24),
        (_("Công lập"), 10),
        (_("Đơn vị cấp dưới"), 12),
    ]


def _cells(row: Any) -> list[str | int]:
    return [
        row.name,
        row.short_name,
        str(UnitKind(row.kind).label),
        row.parent.name if row.parent else "",
        row.guide.name if row.guide else "",
        str(row.place) if row.place else "",
        _("có") if row.is_public else _("không"),
        row.below or 0,
    ]
