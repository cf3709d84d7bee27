"""The record of a unit and its heads: figures, the evidence behind each, the unit's own word, the workbook."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khue.accounts.choosing import UnitNames
from khue.accounts.person import Person, PersonRequest
from khue.core.errors import KhueError
from khue.core.once import once
from khue.tasks.evidence import evidence, told
from khue.tasks.likeness import likeness
from khue.tasks.record import FACETS, MONTH, STEPS, Asked, Record, last_day, record, school_year
from khue.tasks.record_shares import carried_on
from khue.tasks.record_sheet import record_xlsx
from khue.tasks.replies import say_word
from khue.tasks.views.common import FIRST_YEAR, XLSX, attachment, day_in, earlier_day, fresh_key, words
from khue.units.models import Unit
from khue.units.then import unit_then
from khue.units.tree import standing_unit, today

PER_PAGE = 20
MOST_YEARS = 10


def _asked(person: Person, data: Any) -> tuple[Asked | None, str]:
    """What the address asks about, and the words that name the unit today, or no unit, or several. Without any days the school
    year of the day asked for.
    """
    typed = data.get("don_vi", "").strip()[:200]
    unit = _unit(person, typed)
    if unit is None:
        return None, typed
    as_of, ended = _as_of(unit, earlier_day(data.get("tinh_den", "")))
    start, end = school_year(as_of or today())
    first, last = _sane(day_in(data.get("tu", ""))) or start, _sane(day_in(data.get("den", ""))) or end
    turned, first, last = first > last, min(first, last), max(first, last)
    last = min(last, date(first.year + MOST_YEARS, first.month, 1))
    step = data.get("ky", "")
    step = step if step in STEPS else MONTH
    return Asked(unit_then(unit, as_of or today()), first, last, step, as_of, ended, turned), unit.name


def _as_of(unit: Unit, asked: date | None) -> tuple[date | None, bool]:
    """The earlier day that counts as today, and whether it is the last day of a unit that has ended."""
    last = last_day(unit)
    if last is None or last >= today() or (asked and asked < last):
        return asked, False
    return last, True


def _sane(day: date | None) -> date | None:
    return day if day and FIRST_YEAR <= day.year <= 2200 else None


def _unit(person: Person, typed: str) -> Unit | None:
    """By number or name; the person's own without either. Http404 for a number outside one's reach."""
    if not typed:
        return next(iter(person.units("tasks.view")), None)
    seen = Unit.objects.filter(pk__in=person.scope("tasks.view"))
    if typed.isascii() and typed.isdigit() and len(typed) < 16:
        found = seen.filter(pk=int(typed)).first()
        if found is None:
            raise Http404
        return found
    named = UnitNames(seen).find(typed)
    return named[0] if len(named) == 1 else None


def _may_speak(person: Person, unit: Unit) -> bool:
    """A unit's word is its own: nobody above speaks for it."""
    return unit.pk in {u.pk for u in person.units("record.reply")}


def _speaks_now(person: Person, asked: Asked) -> bool:
    """What stood on an earlier day is to be read, not to be added to."""
    return asked.as_of is None and _may_speak(person, asked.unit)


@require_GET
def show(request: PersonRequest) -> HttpResponse:
    """What fell due, period by period and head by head, beside like units and the unit's own word."""
    return _record_page(request, request.GET)


def _record_page(request: PersonRequest, data: Any, status: int = 200, **more: Any) -> HttpResponse:
    asked, typed = _asked(request.person, data)
    context: dict[str, Any] = {"asked": asked, "typed": typed, "steps": STEPS, "facets": FACETS.values()} | more
    if asked:
        found: Record = record(request.person, asked)
        context |= {"record": found, "like": likeness(asked, found.own), "may_speak": _speaks_now(request.person, asked)}
        context |= {"once": fresh_key(), "export": asked.address("tasks:record-export"), "many": len(found.heads) > 1}
        context |= {"heir": _heir(asked)} if asked.ended else {"ended": _carried_on(request.person, asked)}
    return render(request, "tasks/record.html", context, status=status)


def _heir(asked: Asked) -> Unit | None:
    """Who carries on a unit that has ended; None for nobody."""
    found = standing_unit(asked.unit, today())
    return found if found.pk != asked.unit.pk else None


def _carried_on(person: Person, asked: Asked) -> list[Unit]:
    """The ended units that it carries on: what they had finished is in their own records."""
    ended = carried_on(asked.unit, asked.on)
    return list(Unit.objects.filter(pk__in=ended & person.reach("tasks.view")).order_by("name"))


@require_GET
def evidence_list(request: PersonRequest) -> HttpResponse:
    """The shares behind one number, each with everything that happened, its files and the unit's own words."""
    return _evidence_page(request, request.GET)


def _evidence_page(request: PersonRequest, data: Any, status: int = 200, **more: Any) -> HttpResponse:
    asked, _typed = _asked(request.person, data)
    facet = data.get("so", "given")
    if asked is None or facet not in FACETS:
        raise Http404
    undated = bool(data.get("khong_han"))
    handed = {"1": True, "0": False}.get(data.get("ban_giao", ""))
    rows = Paginator(evidence(request.person, asked, facet, undated=undated, handed=handed), PER_PAGE).get_page(data.get("page"))
    rows.object_list = list(told(rows.object_list, asked.on))
    context = {
        "asked": asked,
        "facet": facet,
        "heading": FACETS[facet],
        "undated": undated,
        "handed": handed,
        "page_obj": rows,
        "may_speak": _speaks_now(request.person, asked),
        "once": fresh_key(),
    }
    return render(request, "tasks/record_evidence.html", context | more, status=status)


@require_GET
def export(request: PersonRequest) -> HttpResponse:
    """The whole record as a workbook."""
    asked, _typed = _asked(request.person, request.GET)
    if asked is None:
        raise Http404
    found = record(request.person, asked)
    data = record_xlsx(found, likeness(asked, found.own), evidence(request.person, asked, "given", undated=False))
    return attachment(data, _("ho-so-{first}-{last}.xlsx").format(first=asked.first, last=asked.last), XLSX)


@require_POST
def reply(request: PersonRequest, pk: int) -> HttpResponse:
    """Keeps the unit's own word on a period or on one share."""
    unit = _unit(request.person, str(pk))
    if unit is None or not _may_speak(request.person, unit):
        raise PermissionDenied
    sent = request.POST
    share = int(sent["share"]) if sent.get("share", "").isdigit() else None
    first, last = day_in(sent.get("tu", "")), day_in(sent.get("den", ""))

    def do() -> dict[str, Any]:
        return {"word": say_word(unit, sent.get("text", ""), by=request.user, share_id=share, first=first, last=last).pk}

    try:
        once(sent.get("_once", ""), "unit.word", by=request.user, do=do)
        messages.success(request, _("Đã ghi ý kiến của đơn vị."))
    except KhueError as error:
        if error.code == "word.text":
            return _at_field(request, error, share, sent.dict() | {"don_vi": str(pk)})
        messages.error(request, words(error))
    asked, _typed = _asked(request.person, sent.dict() | {"don_vi": str(pk)})
    return redirect(_back(asked, unit, share, sent))


def _at_field(request: PersonRequest, error: KhueError, share: int | None, sent: dict[str, Any]) -> HttpResponse:
    """The page again with what was written, and at its field what is wrong with it."""
    written = sent.get("text", "")
    wrong = words(error) if written.strip() else _("Chưa ghi gì.")
    page = _record_page if share is None else _evidence_page
    return page(request, sent, 422, wrong=wrong, written=written, wrong_share=share)


def _back(asked: Asked | None, unit: Unit, share: int | None, sent: Any) -> str:
    asked = asked or Asked(unit, *school_year(today()))
    if share is None:
        return f"{asked.address()}#y-kien"
    more = {"so": sent.get("so", "given"), "page": sent.get("page", "1")}
    more |= {name: sent[name] for name in ("khong_han", "ban_giao") if sent.get(name)}
    return f"{asked.address('tasks:record-evidence', **more)}#s{share}"
