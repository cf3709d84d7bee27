"""One document cited with two dates."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from khue.core.said import said
from khue.reader.model import Citation, Slip
from khue.reader.register import normal_symbol
from khue.reader.slips.base import Look, dated_quote, on


def two_dates(look: Look) -> Iterator[Slip]:
    """The mention whose date stands alone, or the later one of two.

    Numbers begin anew each year, so the same symbol with quite another date in another year is another document.
    """
    groups: dict[str, list[Citation]] = defaultdict(list)
    for citation, mention in look.cited:
        if citation.day and not mention.short:
            groups[normal_symbol(look.lex, citation.symbol)].append(citation)
    for mentions in groups.values():
        usual = _usual([c.day for c in mentions if c.day])
        other = next(c for c in mentions if c.day == usual)
        for citation in mentions:
            if citation.day and citation.day != usual and _same_document(citation.day, usual):
                why = said("Cùng một văn bản nhưng chỗ khác ghi ngày {day}: hai ngày khác nhau.", day=on(usual))
                yield Slip("two_dates", dated_quote(citation), why, citation.span, other.quote, said("ngày {day}", day=on(usual)))


def _usual(days: list[date]) -> date:
    """The date most mentions give; the first one where none leads."""
    return Counter(days).most_common(1)[0][0]


def _same_document(a: date, b: date) -> bool:
    return a.year == b.year or (a.day, a.month) == (b.day, b.month)
