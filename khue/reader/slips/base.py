"""What the slip rules look at."""

from dataclasses import dataclass

from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon
from khue.reader.model import Citation, Header, Slip, Task
from khue.reader.outline import Item
from khue.reader.rules.citation import Mention


@dataclass(frozen=True, slots=True)
class Look:
    """A document as the slip rules see it. `cited` pairs each citation with the mention it was made from."""

    lex: Lexicon
    header: Header
    subject: Para | None
    items: list[Item]
    tasks: list[Task]
    cited: list[tuple[Citation, Mention]]

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
