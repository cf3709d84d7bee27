"""Cited documents and the entries of the register they are."""

from datetime import date
from typing import Any

from django.db import transaction

from khue.core.log import log_action
from khue.core.text import number_key
from khue.documents.models import CitedDocument, Document
from khue.documents.register import live
from khue.units.tree import ancestor_ids


def _agrees(cited: CitedDocument, symbol: str, day: date | None) -> bool:
    """The same symbol, and dates that do not contradict each other: numbers begin anew each January."""
    return cited.symbol_key == number_key(symbol) and (cited.signed_on is None or day is None or cited.signed_on == day)


def link_cited(document: Document) -> int:
    """Links what the document cites to the registers of its unit and of the units above, and what cites it to it.

    Links that a person made stay. Returns how many links were made; the number of queries does not grow with the list.
    """
    units = ancestor_ids([document.unit_id])
    mine = list(document.cited.filter(linked__isnull=True, link_by="").exclude(symbol=""))
    symbols = {c.symbol_key for c in mine}
    there = list(live().filter(number_key__in=symbols, unit_id__in=units).exclude(pk=document.pk)) if symbols else []
    linked = []
    for cited in mine:
        match = next((d for d in there if _agrees(cited, d.number, d.signed_on)), None)
        if match:
            cited.linked, cited.link_by = match, "found"
            linked.append(cited)
    if document.number:
        waiting = CitedDocument.objects.filter(
            symbol_key=document.number_key, linked__isnull=True, link_by="", document__unit=document.unit
        )
        for cited in waiting.exclude(document=document):
            if _agrees(cited, document.number, document.signed_on):
                cited.linked, cited.link_by = document, "found"
                linked.append(cited)
    CitedDocument.objects.bulk_update(linked, ["linked", "link_by"])
    return len(linked)


@transaction.atomic
def link_by_hand(cited_id: int, target: Document | None, *, by: Any) -> CitedDocument:
    """A person says which entry a cited document is, or that it is none of those offered."""
    cited = CitedDocument.objects.select_for_update().select_related("document").get(pk=cited_id)
    before = cited.linked
    cited.linked, cited.link_by = target, "person"
    cited.version += 1
    cited.save()
    log_action("document.linked", cited.document, by=by, changes={str(cited): [before and before.called, target and target.called]})
    return cited
