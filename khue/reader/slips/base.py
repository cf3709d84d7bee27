"""What the slip rules look at."""

from bisect import bisect_right
from dataclasses import dataclass, field

from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon
from khue.reader.model import Citation, Header, Slip, Task
from khue.reader.outline import Item
from khue.reader.rules.citation import Mention


@dataclass(slots=True)
class Look:
    """A document as the slip rules see it. `cited` pairs each citation with the mention it was made from."""

    lex: Lexicon
    header: Header
    subject: Para | None
    items: list[Item]
    tasks: list[Task]
    cited: list[tuple[Citation, Mention]]
    starts: list[int] = field(init=False)
    item_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [t.span.start for t in self.tasks]
        self.item_starts = [i.para.span(0, 1).start for i in self.items]

    def task_at(self, place: int) -> Task | None:
        """The task whose span holds a place of the source."""
        i = bisect_right(self.starts, place) - 1
        return self.tasks[i] if i >= 0 and place < self.tasks[i].span.end else None

    def item_at(self, place: int) -> Item | None:
        """The paragraph that begins at or before a place of the source."""
        i = bisect_right(self.item_starts, place) - 1
        return self.items[i] if i >= 0 else None

    def paras(self) -> list[Para]:
        """The subject and every paragraph."""
        return [*([self.subject] if self.subject else []), *(item.para for item in self.items)]


def slip(kind: str, para: Para, start: int, end: int, why: str, clash: str | None = None, probably: str | None = None) -> Slip:
    """A slip at a stretch of a paragraph."""
    return Slip(kind, para.quote(start, end), why, para.span(start, end), clash, probably)


def dated_quote(citation: Citation) -> str:
    """A citation from its kind to its date, without the issuer."""
    if citation.date_text and citation.date_text in citation.quote:
        return citation.quote[: citation.quote.index(citation.date_text) + len(citation.date_text)]
    return citation.quote


def on(day: object) -> str:
    """A date as Vietnamese documents write it."""
    return f"{day:%d/%m/%Y}" if day else "?"
