"""The action log of one's subtree."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from khue.accounts.models import User
from khue.accounts.people import visible
from khue.accounts.person import Person, PersonRequest
from khue.accounts.telling import name_all
from khue.accounts.verbs import VERBS
from khue.accounts.views.common import page_of
from khue.core.models import Action

NAMES = ("nguoi", "viec", "loai", "id", "tu", "den")


def actions(person: Person, filters: dict[str, str]) -> QuerySet[Action]:
    """What was done in the units whose log `person` may read, newest first."""
    found = Action.objects.filter(unit_id__in=person.scope("log.view"))
    if who := filters["nguoi"]:
        people = User.objects.filter(pk=int(who)) if who.isdigit() else _named(person, who)
        found = found.filter(by__in=people) | found.filter(on_behalf_of__in=people)
    if filters["viec"]:
        found = found.filter(verb=filters["viec"])
    if filters["loai"]:
        found = found.filter(target_type=filters["loai"])
    if filters["id"].isdigit():
        found = found.filter(target_id=int(filters["id"]))
    if since := _day(filters["tu"]):
        found = found.filter(at__gte=_midnight(since))
    if until := _day(filters["den"]):
        found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
    return found.select_related("by", "on_behalf_of").order_by("-pk")


def _named(person: Person, words: str) -> QuerySet[User]:
    from khue.core.search import matching

    return visible(person).filter(pk__in=matching(words, "person").values("object_id"))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@require_GET
def log(request: PersonRequest) -> HttpResponse:
    """Filtered by person, kind of action, object, dates; fifty a page."""
    filters: dict[str, Any] = {name: request.GET.get(name, "").strip()[:100] for name in NAMES}
    for name in ("nguoi", "id"):
        if filters[name].isdigit():
            filters[name] = filters[name][:18]
    who = visible(request.person).filter(pk=int(filters["nguoi"])).first() if filters["nguoi"].isdigit() else None
    page = page_of(request, actions(request.person, filters))
    name_all(page)
    context = {
        "page_obj": page,
        "filters": filters,
        "who": who,
        "verbs": VERBS.items(),
        "manages": request.person.can("people.manage"),
        "filtered": any(filters.values()),
    }
    return render(request, "accounts/log.html", context)
