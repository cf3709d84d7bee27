"""How a share is shown: its state as a word with a colour, its deadline in days, what was reached."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from khue.tasks.filters import RECURS
from khue.tasks.models import Assignment, Event, Stage, Standing
from khue.tasks.models.task import CLOSED
from khue.tasks.states import DONE, NAMES, OVERDUE, state_of
from khue.tasks.targets import misses
from khue.units.tree import today

register = template.Library()
NEAR = 7


def _state(share: Assignment) -> str:
    """The state that a list was asked for as of some day, else that of today."""
    found: str | None = getattr(share, "state", None)
    return state_of(share, today()) if found is None else found


@register.filter
def state_word(share: Assignment) -> str:
    """The state in the words of government practice; for what ended otherwise, the step."""
    state = _state(share)
    return str(NAMES[state]) if state else str(share.get_stage_display())


@register.filter
def state_tone(share: Assignment) -> str:
    """The chip's colour: jade done in time, amber done late or near its date, vermilion late, grey waiting."""
    state = _state(share)
    if state in DONE:
        return "done" if state == "done_in_time" else "near"
    if state in OVERDUE:
        return "now"
    near = state and not isinstance(share, Standing) and share.due_on is not None and (share.due_on - today()).days <= NEAR
    return "near" if near else ""


@register.filter
def step_word(share: Assignment) -> str:
    """The step on the way where somebody waits for somebody; else nothing."""
    words = {Stage.GIVEN: _("Chưa nhận"), Stage.SUBMITTED: _("Chờ duyệt"), Stage.RETURNED: _("Bị trả lại")}
    return words.get(Stage(share.stage), "")


@register.filter
def days_left(day: date | None, on: date | None = None) -> str:
    """A deadline in days from today or the day that is asked about, in words; nothing for none."""
    if day is None:
        return ""
    left = (day - (on or today())).days
    if left < 0:
        return ngettext("quá %(n)s ngày", "quá %(n)s ngày", -left) % {"n": -left}
    if left == 0:
        return _("hôm nay")
    return ngettext("còn %(n)s ngày", "còn %(n)s ngày", left) % {"n": left}


@register.simple_tag
def state_chips(share: Any) -> SafeString:
    """The state of a share as a chip, and the step that it waits in."""
    chips = format_html('<span class="chip {}">{}</span>', state_tone(share), state_word(share))
    if step := step_word(share):
        chips += format_html(' <span class="chip{}">{}</span>', _STEP_TONES.get(share.stage, ""), step)
    return chips


_STEP_TONES = {Stage.RETURNED: " now", Stage.SUBMITTED: " info"}


@register.simple_tag
def due_chip(day: date | None, is_open: Any = False, as_of: Any = None) -> SafeString:
    """A deadline, and of what is open how far it is from today or the day that is asked about."""
    if day is None:
        return format_html('<span class="quiet nowrap">{}</span>', _("không hạn"))
    shown = format_html('<span class="nowrap num">{}</span>', f"{day:%d/%m/%Y}")
    return shown + format_html(' <span class="small quiet nowrap">{}</span>', days_left(day, as_of or None)) if is_open else shown


@register.filter
def number(value: Decimal | float | int | None) -> str:
    """A number as Vietnamese write it, without zeros that say nothing: 1.234,5."""
    if value is None:
        return ""
    text = f"{Decimal(str(value)):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


@register.filter
def reached(share: Any) -> str:
    """What a share or an event reports as reached: the figure with its unit, else the percentage."""
    if share.figure is not None:
        task = share.assignment.task if isinstance(share, Event) else share.task
        unit = (task.targets[0].get("unit") or "") if task.targets else ""
        return f"{number(share.figure)}{'' if unit == '%' else ' '}{unit}".strip()
    return f"{share.percent}%" if share.percent is not None else ""


@register.filter
def short_of_target(share: Any) -> bool:
    """Whether the figure that a share reports falls short of the task's target."""
    return misses(share.task, share.figure)


_ABOUT: dict[str, tuple[str, Promise | str]] = {
    Event.Kind.EXTENSION_ASKED: ("wanted_on", gettext_lazy("xin gia hạn đến ngày %(what)s")),
    Event.Kind.EXTENDED: ("to", gettext_lazy("gia hạn đến ngày %(what)s")),
    Event.Kind.DUE_MOVED: ("to", gettext_lazy("dời hạn sang ngày %(what)s")),
    Event.Kind.TRANSFERRED: ("to", gettext_lazy("chuyển sang %(what)s")),
    Event.Kind.PERSON: ("person", gettext_lazy("giao cho %(what)s làm")),
    Event.Kind.GIVEN: ("from", gettext_lazy("giao việc, chuyển từ %(what)s")),
}


# what a reorganisation writes of a share is no word of anybody (heirs.py)
_BY_A_DECISION = {"reorganisation", "joined", "carried_on_by"}


@register.filter
def event_word(event: Event) -> str:
    """What happened, with the day, the unit or the person it was about."""
    if event.kind == Event.Kind.COMMENT and _BY_A_DECISION & event.data.keys():
        return _("sắp xếp tổ chức")
    name, sentence = _ABOUT.get(event.kind, ("", ""))
    if what := event.data.get(name):
        return str(sentence) % {"what": _as_day(str(what))}
    return str(event.get_kind_display())


def _as_day(value: str) -> str:
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value


@register.filter
def is_open(share: Assignment) -> bool:
    """Whether it is still to be done."""
    return share.stage not in CLOSED


@register.simple_tag
def once_key() -> str:
    """A key that makes a form count once, however often it is sent."""
    return uuid.uuid4().hex


@register.filter
def recurs_word(recurs: str) -> str:
    """How often a task comes back, in words."""
    return str(RECURS.get(recurs, ""))
