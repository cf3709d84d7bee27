"""The page of one task, what is done with one share of it, and its files."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from khue.accounts.person import PersonRequest
from khue.core.errors import KhueError
from khue.core.once import once
from khue.files.check import EVIDENCE, accept
from khue.files.store import path_of
from khue.tasks.acts import ACTS, Act, Sent, allowed, possible
from khue.tasks.forms import ShareForm
from khue.tasks.models import Assignment, Extension, Task
from khue.tasks.page import build, people_of
from khue.tasks.page_then import build_then
from khue.tasks.reach import evidence_of, share_for, task_for
from khue.tasks.source import has_work_from
from khue.tasks.views.common import checked, earlier_day, kept, number_in, words


@require_GET
def show(request: PersonRequest, pk: int) -> HttpResponse:
    """The sentence, who has it, how far each has come, and the next thing to do."""
    task, on = task_for(request.person, pk, tasks=_with_all()), earlier_day(request.GET.get("on", ""))
    return _page_then(request, task, on) if on else task_page(request, task)


def _with_all() -> Any:
    # what hardly any task has is read where there is one: a database plans every join
    return Task.objects.select_related("unit")


def task_page(
    request: PersonRequest, task: Task, bound: tuple[int, str, ShareForm] | None = None, wrong: dict[str, str] | None = None
) -> HttpResponse:
    """The page as it is now. `bound` is the form of a share, and `wrong` (what was sent, `name` of the form, `error`) one of
    the whole task's, that was sent and could not be carried out.
    """
    asked = request.GET.get("phan", "")
    open_id = bound[0] if bound else number_in(asked)
    page = build(request.person, task, open_id=open_id, number=request.GET.get("page", "1"), bound=bound)
    context = {
        "page": page,
        "task": task,
        "page_obj": page.table,
        "accept": accept(EVIDENCE),
        "see_document": _see_document(request, task),
        "bound": bound,
        "wrong": wrong or {},
    }
    return render(request, "tasks/show.html", context, status=422 if bound or wrong else 200)


def _page_then(request: PersonRequest, task: Task, on: date) -> HttpResponse:
    found = build_then(request.person, task, on, open_id=number_in(request.GET.get("phan", "")), number=request.GET.get("page", "1"))
    context = {"page": found, "task": task, "page_obj": found.table, "see_document": _see_document(request, task)}
    return render(request, "tasks/show_then.html", context | {"as_of": on, "day_query": f"&on={on:%Y-%m-%d}"})


def _see_document(request: PersonRequest, task: Task) -> bool:
    return request.person.can_at("documents.view", task.unit_id) or has_work_from(request.person, task.document_id)


@require_http_methods(["GET", "POST"])
def act(request: PersonRequest, pk: int, action: str) -> HttpResponse:
    """One action on one share; see acts.py. A program that asks for JSON gets the address of the page, or the error."""
    share = share_for(request.person, pk)
    where = f"{reverse('tasks:show', args=[share.task_id])}?phan={share.pk}#p{share.pk}"
    if request.method == "GET":
        # a form that was refused leaves its address behind
        return redirect(where)
    chosen = ACTS.get(action)
    if chosen is None:
        raise Http404
    if action not in allowed(request.person, share):
        raise PermissionDenied
    form = chosen.form(request.POST, share=share, people=people_of(share), name=action)
    if form.is_valid() and _carried_out(request, share, action, chosen, form):
        return JsonResponse({"go": where}) if _wants_json(request) else redirect(where)
    if _wants_json(request):
        return JsonResponse({"error": " ".join(str(e) for found in form.errors.values() for e in found)}, status=422)
    task = task_for(request.person, share.task_id, tasks=_with_all())
    if not _still_drawn(request, share, action):
        _say_what_was_typed(request, form)
        return task_page(request, task, (share.pk, "", form))
    return task_page(request, task, (share.pk, action, form))


def _still_drawn(request: PersonRequest, share: Assignment, action: str) -> bool:
    """Whether the page has the form of this action: somebody else may have decided meanwhile."""
    share.refresh_from_db()
    wish = share.extensions.filter(state=Extension.State.ASKED).first()
    return action in possible(share, allowed(request.person, share), wish)


def _say_what_was_typed(request: PersonRequest, form: ShareForm) -> None:
    """Why it could not be done, above the page, with the words that would be lost with their form."""
    for error in (str(e) for found in form.errors.values() for e in found):
        messages.error(request, error)
    if typed := str(form.data.get("text", "")).strip():
        messages.info(request, _("Chữ bạn vừa ghi, chưa gửi: {text}").format(text=typed[:2000]))


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _carried_out(request: PersonRequest, share: Assignment, action: str, chosen: Act, form: ShareForm) -> bool:
    """Whether it could be done; where not, the form says why."""
    try:
        files = checked(request)

        def do() -> dict[str, Any]:
            sent = Sent(share, form, kept(files, request.user), request.person, submit=bool(request.POST.get("submit")))
            chosen.do(sent)
            messages.success(request, _("Đã trình duyệt.") if sent.submit and action == "report" else str(chosen.done))
            return {"done": action}

        once(request.POST.get("_once", ""), f"task.{action}", by=request.user, do=do)
    except KhueError as error:
        form.add_error(None, words(error))
        return False
    return True


def subtask(request: PersonRequest, pk: int) -> HttpResponse:
    """A unit's own task for one of its people, under what it was given."""
    share_for(request.person, pk, "tasks.give", at_unit=True)
    return act(request, pk, "subtask")


@require_GET
def file(request: PersonRequest, pk: int, file_id: int) -> FileResponse:
    """Evidence of one share; a photo opens, everything else is downloaded."""
    stored = evidence_of(share_for(request.person, pk), file_id)
    if stored is None or not path_of(stored.sha256).is_file():
        raise Http404
    response = FileResponse(path_of(stored.sha256).open("rb"), as_attachment=stored.kind != "image", filename=stored.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
