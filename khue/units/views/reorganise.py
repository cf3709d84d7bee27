"""Decisions that change the tree: the list, one decision, what it would touch, applying, undoing. See reorganise_write.py."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from khue.core.errors import KhueError
from khue.core.models import Action
from khue.units.forms_reorganise import UndoForm
from khue.units.history import Reorganisation
from khue.units.models import Unit
from khue.units.reorganise import apply, drafting, preview, undo
from khue.units.reorganise.depending import depends_on
from khue.units.reorganise.previewing import what_changed
from khue.units.reorganise.words import KIND_WORDS, Names, sentence
from khue.units.tree import today
from khue.units.views.common import PER_PAGE, UnitsRequest, words_of

State = Reorganisation.State
# what has not happened yet, or not any more
AHEAD = (State.DRAFT, State.SCHEDULED, State.UNDONE)
# the steps on a decision's way that its page tells, as the action log names them
WAY = {
    "reorganisation.scheduled": gettext_lazy("Hẹn áp dụng"),
    "reorganisation.unscheduled": gettext_lazy("Bỏ hẹn"),
    "reorganisation.applied": gettext_lazy("Áp dụng"),
    "reorganisation.undone": gettext_lazy("Hoàn tác"),
}
# the facts of a unit that may change, in words
FACTS = {
    "name": gettext_lazy("Tên"),
    "short_name": gettext_lazy("Tên gọn"),
    "kind": gettext_lazy("Loại"),
    "parent_id": gettext_lazy("Trực thuộc"),
    "guide_id": gettext_lazy("Hướng dẫn chuyên môn"),
    "place_id": gettext_lazy("Địa bàn"),
    "is_public": gettext_lazy("Công lập"),
}


def seen(request: UnitsRequest) -> QuerySet[Reorganisation]:
    """The decisions kept by units within reach, and those that were applied and touched one of these, whoever keeps them."""
    scope = request.person.scope("units.view")
    touched = Reorganisation.touched.through.objects.filter(unit_id__in=scope).values("reorganisation_id")
    return Reorganisation.objects.filter(Q(owner_id__in=scope) | Q(state=State.APPLIED, pk__in=touched)).select_related("owner")


def event_for(request: UnitsRequest, pk: int, *, need: str = "units.view") -> Reorganisation:
    """The decision with that id, where it is seen. Http404 where not; PermissionDenied without `need` at the unit that keeps it."""
    event = seen(request).select_related("created_by", "applied_by").filter(pk=pk).first()
    if event is None:
        raise Http404
    if need != "units.view" and not request.person.can_at(need, event.owner_id):
        raise PermissionDenied
    return event


def out_of_reach(request: UnitsRequest, units: set[int]) -> str:
    """The names of the units that the person does not administer; "" for none."""
    missing = [u for u in units if not request.person.can_at("units.edit", u)]
    return "; ".join(Unit.objects.filter(pk__in=missing).order_by("name").values_list("name", flat=True)) if missing else ""


def seen_by(request: UnitsRequest) -> int | None:
    """The version of a decision that the person had before them."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else None


@require_GET
def listing(request: UnitsRequest) -> HttpResponse:
    """The decisions that one sees, the newest day first."""
    found = seen(request).defer("record", "steps")
    state = request.GET.get("tinh_trang", "")
    if state in State.values:
        found = found.filter(state=state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "state": state, "states": State.choices, "may_add": request.person.can("units.edit")}
    return render(request, "units/reorganisations.html", context)


@require_GET
def show(request: UnitsRequest, pk: int) -> HttpResponse:
    """One decision: its steps in words, and what it did or how it goes on."""
    event = event_for(request, pk)
    may, own = (request.person.can_at(c, event.owner_id) for c in ("units.edit", "units.view"))
    names = Names(event.steps, event.effective_on - timedelta(days=1))
    return render(
        request,
        "units/reorganisation.html",
        {
            "event": event,
            "steps": [(n, KIND_WORDS[s["kind"]], sentence(s, names)) for n, s in enumerate(event.steps)],
            "kinds": KIND_WORDS.items(),
            "may_write": may and event.state in drafting.WRITABLE,
            "may_apply": may,
            "may_preview": request.person.can_at("operations.view", event.owner_id) and event.steps and event.state in AHEAD,
            "may_undo": may,
            # what its units had, and who had which role, is for those who see the unit that keeps it
            "told": what_changed(event, whole=own) if event.state == State.APPLIED else None,
            "facts": FACTS,
            "between": _between(event),
            "way": _way(event),
        },
    )


def _between(event: Reorganisation) -> tuple[date, date] | None:
    """The days on which the tree is new while tasks and figures still stand at the old units: from the day on which the
    decision holds until the one before it was, or today is, applied. None where there are none.
    """
    applied = timezone.localdate(event.applied_at) if event.state == State.APPLIED and event.applied_at else today()
    return (event.effective_on, applied - timedelta(days=1)) if event.effective_on < applied else None


def _way(event: Reorganisation) -> list[tuple[Promise, Action, str]]:
    """(what was done with the decision, when and by whom, why), the earliest first."""
    done = Action.objects.filter(target_type=event._meta.model_name, target_id=event.pk, verb__in=WAY).select_related("by")
    return [(WAY[a.verb], a, a.changes.get("why", ["", ""])[1]) for a in done.order_by("id")]


@require_http_methods(["GET", "POST"])
def apply_page(request: UnitsRequest, pk: int) -> HttpResponse:
    """Everything that the decision would touch, for those who lead, too; then it is applied, or waits for its day."""
    event = event_for(request, pk, need="operations.view" if request.method == "GET" else "units.edit")
    if event.state not in AHEAD or not event.steps:
        return redirect("units:reorganisation", pk=pk)
    may = request.person.can_at("units.edit", event.owner_id)
    missing = out_of_reach(request, drafting.concerned(event)) if may else ""
    if request.method == "POST" and not missing and _apply(request, event):
        return redirect("units:reorganisation", pk=pk)
    told = preview(event)
    context = {
        "event": event,
        "told": told,
        "missing": missing,
        "may_apply": may,
        "may_write": may and event.state in drafting.WRITABLE,
        "facts": FACTS,
        "errors": [(n, words_of(error)) for n, error in told.errors],
        "between": _between(event),
        "later": event.effective_on > today(),
        "seen": event.version,
    }
    return render(request, "units/reorganisation_apply.html", context, status=200 if request.method == "GET" else 409)


def _apply(request: UnitsRequest, event: Reorganisation) -> bool:
    seen = seen_by(request)
    if seen != event.version and (seen is not None or event.state == State.UNDONE):
        messages.error(request, _("Người khác vừa sửa quyết định này. Xem lại rồi áp dụng."))
        return False
    try:
        with transaction.atomic():
            if event.state == State.UNDONE:
                drafting.take_up(event.pk, by=request.user, seen=event.version)
            done = apply(event.pk, by=request.user)
    except KhueError as error:
        messages.error(request, words_of(error))
        return False
    day = f"{done.effective_on:%d/%m/%Y}"
    told = _("Đã hẹn: sẽ áp dụng vào ngày {day}.").format(day=day) if done.state == State.SCHEDULED else _applied(done)
    messages.success(request, told)
    return True


def _applied(done: Reorganisation) -> str:
    if _between(done) and done.record.get("closed"):
        return _("Đã áp dụng. Việc chuyển sang đơn vị kế thừa từ hôm nay; số liệu các ngày trước vẫn ghi ở đơn vị cũ.")
    return _("Đã áp dụng.")


@require_http_methods(["GET", "POST"])
def undo_page(request: UnitsRequest, pk: int) -> HttpResponse:
    """Deletes a draft or one that was undone, takes a scheduled one off its day, gives back what an applied one changed, or says why not."""
    event = event_for(request, pk, need="units.edit")
    reasons = depends_on(event) if event.state == State.APPLIED else []
    missing = out_of_reach(request, drafting.concerned(event)) if event.state == State.APPLIED else ""
    form = UndoForm(request.POST or None) if event.state == State.APPLIED else None
    # a form that is sent twice must not discard what its first sending gave back
    meant = event.state not in drafting.WRITABLE or "drop" in request.POST
    if request.method == "POST" and meant and not reasons and not missing and (form is None or form.is_valid()):
        return _undo(request, event, form.cleaned_data["why"] if form else "")
    told = what_changed(event) if form else None
    context = {"event": event, "reasons": reasons, "missing": missing, "form": form, "told": told, "facts": FACTS}
    return render(request, "units/reorganisation_undo.html", context, status=200 if request.method == "GET" else 409)


def _undo(request: UnitsRequest, event: Reorganisation, why: str) -> HttpResponse:
    try:
        if event.state in drafting.WRITABLE:
            drafting.drop(event.pk, by=request.user)
            messages.success(request, _("Đã bỏ quyết định.") if event.applied_at else _("Đã bỏ dự thảo."))
            return redirect("units:reorganisations")
        undo(event.pk, by=request.user, why=why)
        messages.success(request, _("Đã hoàn tác.") if event.state == State.APPLIED else _("Đã bỏ hẹn; quyết định trở lại là dự thảo."))
    except KhueError as error:
        messages.error(request, words_of(error))
    return redirect("units:reorganisation", pk=event.pk)
