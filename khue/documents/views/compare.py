"""A document beside another: the one it carries out, the one of last year."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khue.accounts.person import PersonRequest
from khue.core.log import log_action
from khue.documents.compared import coverage, disagreements, year_on_year
from khue.documents.models import Document
from khue.documents.views.common import document_for, tabs

MOST_CHOICES = 60
MOST_CLASHES = 6


def _choices(request: PersonRequest, document: Document) -> Any:
    """Documents that it may be set beside: read ones that the person sees, newest first."""
    seen = Document.objects.filter(unit_id__in=request.person.scope("documents.view"), removed_at__isnull=True, reading__isnull=False)
    return seen.exclude(pk=document.pk).order_by("-signed_on", "-id")[:MOST_CHOICES]


def _other(request: PersonRequest, document: Document, kept: Document | None) -> Document | None:
    asked = request.GET.get("voi", "")
    if asked.isdigit():
        return document_for(request, int(asked))
    if kept is not None and request.person.can_at("documents.view", kept.unit_id):
        return kept
    return None


@require_GET
def cascade(request: PersonRequest, pk: int) -> HttpResponse:
    """Which obligation of the higher document this one carries, and which it leaves out."""
    document = document_for(request, pk)
    upper = _other(request, document, document.upper)
    only = request.GET.get("muc", "")
    result = coverage(upper, document) if upper and hasattr(upper, "reading") and hasattr(document, "reading") else None
    rows = [r for r in result.rows if not only or r.strength == only] if result else []
    context = {"document": document, "other": upper, "result": result, "rows": rows, "only": only}
    named = set(document.cited.filter(linked__isnull=False).values_list("linked_id", flat=True))
    choices = _parted(_choices(request, document), lambda d: d.pk in named, _("Văn bản này có viện dẫn"))
    return render(request, "documents/cascade.html", {**context, "choices": choices, **_frame(request, document)})


@require_GET
def changes(request: PersonRequest, pk: int) -> HttpResponse:
    """What this year's document keeps, changes, drops and adds."""
    document = document_for(request, pk)
    previous = _other(request, document, document.previous)
    only = request.GET.get("muc", "")
    readable = previous and hasattr(previous, "reading") and hasattr(document, "reading")
    result = year_on_year(previous, document) if previous and readable else None
    rows = [r for r in result.rows if not only or r.change == only] if result else []
    seen = list(_choices(request, document))
    others = [d for d in seen if d.school_year == document.school_year][:MOST_CLASHES]
    clashing = disagreements(document, others) if hasattr(document, "reading") and not only else []
    context = {"document": document, "other": previous, "result": result, "rows": rows, "only": only, "clashing": clashing}
    choices = _parted(seen, lambda d: _a_year_before(d, document), _("Cùng loại, năm học trước"))
    return render(request, "documents/changes.html", {**context, "choices": choices, **_frame(request, document)})


def _a_year_before(other: Document, document: Document) -> bool:
    """Whether it is of the same kind and of an earlier school year."""
    return bool(document.kind and other.kind == document.kind and "" < other.school_year < document.school_year)


def _parted(documents: Iterable[Document], likely: Callable[[Document], bool], name: str) -> list[tuple[str, list[Document]]]:
    """The choices with those that are probably meant before the others, each part under its name."""
    first: list[Document] = []
    rest: list[Document] = []
    for document in documents:
        (first if likely(document) else rest).append(document)
    return [(name, first), (_("Văn bản khác") if first else _("Mọi văn bản"), rest)]


def _frame(request: PersonRequest, document: Document) -> dict[str, Any]:
    return {
        "tabs": tabs(document, request.person),
        "may_relate": request.person.can_at("documents.review", document.unit_id),
    }


@require_POST
def relate(request: PersonRequest, pk: int) -> HttpResponse:
    """Keeps which document this one carries out, or follows a year later."""
    document = document_for(request, pk, "documents.review")
    kind = "upper" if request.POST.get("kind") == "upper" else "previous"
    asked = request.POST.get("other", "")
    other = document_for(request, int(asked)) if asked.isdigit() and int(asked) != pk else None
    before = getattr(document, kind)
    setattr(document, kind, other)
    document.save(update_fields=[kind])
    log_action("document.related", document, by=request.user, changes={kind: [before and before.called, other and other.called]})
    return redirect("documents:cascade" if kind == "upper" else "documents:changes", pk)
