"""Groups that directives address as one: the list, one group with its members on a day, making, changing, deleting."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from khue.core.errors import KhueError
from khue.core.once import once
from khue.units.forms import GroupForm
from khue.units.grouping import delete_group, save_group
from khue.units.groups import group_ref, members, rule_ref
from khue.units.kinds import UnitKind
from khue.units.models import Unit, UnitGroup
from khue.units.tree import today
from khue.units.views.common import PER_PAGE, UnitsRequest, day_of, group_for, reach, words_of
from khue.units.views.edit import places_near


@require_GET
def group_list(request: UnitsRequest) -> HttpResponse:
    """The groups of the units one sees."""
    groups = UnitGroup.objects.filter(owner_id__in=request.person.scope("units.view")).select_related("owner", "within", "place")
    page = Paginator(groups.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(group, _kind_words(group)) for group in page]
    return render(request, "units/groups.html", {"page_obj": page, "rows": rows, "may_add": request.person.can("groups.edit")})


def _kind_words(group: UnitGroup) -> str:
    return ", ".join(str(UnitKind(k).label) for k in group.kinds if k in UnitKind.values)


@require_GET
def group(request: UnitsRequest, pk: int) -> HttpResponse:
    """One group and its members on a day."""
    on = day_of(request)
    found = group_for(request, pk)
    held = members(group_ref(found.pk), on, reach(request.person, "units.view", on))
    page = Paginator(held, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "units/group.html",
        {
            "group": found,
            "kinds": _kind_words(found),
            "on": on,
            "other_day": on != today(),
            "page_obj": page,
            "may_edit": request.person.can_at("groups.edit", found.owner_id),
        },
    )


@require_http_methods(["GET", "POST"])
def new(request: UnitsRequest) -> HttpResponse:
    """A new group; "xem trước" shows its members and saves nothing."""
    if request.method == "POST":
        return _answer(request, None)
    owner = next(iter(request.person.units("groups.edit")), None)
    return _page(request, _form(request, initial={"owner": owner}), None, uuid.uuid4().hex)


@require_http_methods(["GET", "POST"])
def edit(request: UnitsRequest, pk: int) -> HttpResponse:
    """Changes a group."""
    found = group_for(request, pk, need="groups.edit")
    if request.method == "POST":
        return _answer(request, found)
    listed = "\n".join(found.members.order_by("name").values_list("name", flat=True))
    facts = {n: getattr(found, n) for n in ("name", "owner", "kinds", "within", "place", "public_only")}
    return _page(request, _form(request, initial={**facts, "by_rule": "1" if found.by_rule else "0", "listed": listed}), found, "")


@require_http_methods(["GET", "POST"])
def delete(request: UnitsRequest, pk: int) -> HttpResponse:
    """Asks, then deletes."""
    found = group_for(request, pk, need="groups.edit")
    if request.method == "POST":
        delete_group(found, by=request.user)
        messages.success(request, _("Đã xóa nhóm “{name}”.").format(name=found.name))
        return redirect("units:groups")
    return render(request, "units/group_delete.html", {"group": found})


def _form(request: UnitsRequest, **options: Any) -> GroupForm:
    owners = Unit.objects.filter(pk__in=request.person.scope("groups.edit")).exclude(kind=UnitKind.SITE).order_by("name")
    units = Unit.objects.filter(pk__in=request.person.scope("units.view")).order_by("name")
    tops = [u.pk for u in request.person.units("units.view")]
    return GroupForm(*options.pop("data", ()), owners=owners, units=units, places=places_near(tops), **options)


def _answer(request: UnitsRequest, found: UnitGroup | None) -> HttpResponse:
    form = _form(request, data=(request.POST,), **({"initial": {"owner": found.owner}} if found else {}))
    form.fields["owner"].disabled = found is not None
    key = request.POST.get("_once", "")
    if not form.is_valid():
        return _page(request, form, found, key)
    if "preview" in request.POST:
        return _page(request, form, found, key, preview=_preview(request, form))
    try:
        pk = _save(request, form, found, key)
    except KhueError as error:
        form.add_error("name", words_of(error))
        return _page(request, form, found, key)
    messages.success(request, _("Đã ghi nhóm."))
    return redirect("units:group", pk=pk)


def _save(request: UnitsRequest, form: GroupForm, found: UnitGroup | None, key: str) -> int:
    owner = found.owner if found else form.cleaned_data["owner"]
    listed = form.cleaned_data["listed"]

    def do() -> dict[str, Any]:
        return {"pk": save_group(found, owner=owner, rule=form.rule(), members=listed, by=request.user).pk}

    return int(once("" if found else key, "group.new", by=request.user, do=do)["pk"])


def _preview(request: UnitsRequest, form: GroupForm) -> dict[str, Any]:
    """The members that the group would have on the day of the preview."""
    rule, data, on = form.rule(), form.cleaned_data, day_of(request)
    if not rule["by_rule"]:
        names = [u.name for u in data["listed"]]
        return {"on": on, "count": len(names), "names": names[:PER_PAGE]}
    within = rule["within"] or (None if rule["place"] else data["owner"])
    place = rule["place"].pk if rule["place"] else None
    ref = rule_ref(rule["kinds"], label="", within=within.pk if within else None, place=place, public=rule["public_only"])
    held = members(ref, on, reach(request.person, "units.view", on))
    return {"on": on, "count": held.count(), "names": list(held.values_list("name", flat=True)[:PER_PAGE])}


def _page(request: UnitsRequest, form: GroupForm, found: UnitGroup | None, key: str, preview: dict[str, Any] | None = None) -> HttpResponse:
    lists = {name: form.offered(name) for name in ("owner", "within", "place")}
    context = {"form": form, "group": found, "once": key, "lists": lists, "preview": preview, "on": day_of(request)}
    return render(request, "units/group_form.html", context, status=422 if form.errors else 200)
