"""Documents of a made-up province: a few are read by the reader, and copied."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from benchmarks.bulk import Table, index_in, search_entries
from khue.accounts.models import RoleName
from khue.documents.files.reading import read_document
from khue.documents.models import CitedDocument, Document, Obligation, Reading, Slip, State, Status
from khue.documents.register import register
from khue.files.store import keep
from khue.units.models import Unit

if TYPE_CHECKING:
    from benchmarks.province import Province

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


class Template:
    """A document that was really read, of which many copies are made."""

    def __init__(self, province: "Province", number: int) -> None:
        texts = [p.read_text(encoding="utf-8") for p in sorted(SAMPLES.glob("*.txt"))]
        texts = texts[number % len(texts) :] + texts[: number % len(texts)]
        # every second document is long: 133 obligations and a few more
        bodies = [t[t.index("\n1. ") if "\n1. " in t else 0 : t.index("Nơi nhận")] for t in texts[: 2 + 2 * (number % 2)]]
        whole = texts[0][: texts[0].index("Nơi nhận")] + "\n".join(bodies[1:]) + "\n" + texts[0][texts[0].index("Nơi nhận") :]
        clerk = province.somebody(province.department, RoleName.CLERK)
        stored = keep(io.BytesIO(whole.encode()), name=f"chi-thi-{number}.txt", kind="txt", by=clerk)
        document = register(province.department, by=clerk, file=stored, read=False)
        Document.objects.filter(pk=document.pk).update(status=Status.WAITING)
        read_document.call(document.pk)
        self.document = Document.objects.get(pk=document.pk)
        self.reading = Reading.objects.get(document=document)
        self.obligations = list(Obligation.objects.filter(document=document))
        self.slips = list(Slip.objects.filter(document=document))
        self.cited = list(CitedDocument.objects.filter(document=document))
        self.province = province

    def copy(self, n: int, owner: Unit, day: date) -> tuple[Document, list[tuple[int, str, str]]]:
        """The n-th document of the province; (id, section, sentence) of its obligations, which are given out, or not yet."""
        d = self.document
        status = Status.REVIEW if n % 40 == 1 else Status.CONFIRMED
        place = self.province.units["commune"][n % len(self.province.units["commune"])].name.removeprefix("UBND xã ")
        document = Document.objects.create(
            unit=owner, direction=d.direction, kind=d.kind, number=f"{n + 100}/{d.number.partition('/')[2] or 'SGDĐT'}", signed_on=day,
            issuer=owner.name, subject=f"{d.subject} ({place}, đợt {n})", signer=d.signer, book_year=day.year, book_number=n + 1000,
            arrived_on=day, file=d.file, status=status, created_by=d.created_by, confirmed_at=None, revision=1,
        )  # fmt: skip
        _copies(Reading, [self.reading], document)
        given = status == Status.CONFIRMED and n % 40 != 2
        made = self._obligations(document, n, status)
        _copies(Slip, self.slips, document)
        _copies(CitedDocument, self.cited, document)
        entries = search_entries()
        index_in(
            entries, "document", document.pk, owner.pk, document.called, [document.number, document.subject, document.issuer, document.kind]
        )
        entries.flush()
        return document, made if given or status == Status.REVIEW else []

    def _obligations(self, document: Document, n: int, status: str) -> list[tuple[int, str, str]]:
        names = [f.attname for f in Obligation._meta.concrete_fields if f.attname != "id"]
        table = Table(Obligation, *names)
        made = []
        for number, o in enumerate(self.obligations):
            ref, label, _units = self.province.addressed(number, document.unit)
            said = {"document_id": document.pk, "state": State.ACCEPTED if status == Status.CONFIRMED or number % 3 else State.PROPOSED}
            if status == Status.CONFIRMED:
                said["owners"] = [
                    {"quote": label, "span": [o.start, o.end], "rule": "person", "ref": ref, "label": label, "why": "", "candidates": []}
                ]
            pk = table.add(*(said.get(name, getattr(o, name)) for name in names))
            made.append((pk, o.section, o.quote))
        table.flush()
        return made


def _copies(model: type[Model], rows: Sequence[Any], document: Document) -> None:
    names = [f.attname for f in model._meta.concrete_fields if f.attname != "id"]
    table = Table(model, *names)
    for row in rows:
        table.add(*(document.pk if name == "document_id" else getattr(row, name) for name in names))
    table.flush()
