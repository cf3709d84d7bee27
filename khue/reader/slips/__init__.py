"""What a careful clerk would ask about; one kind of slip per file. Few false alarms come before many finds."""

from collections.abc import Callable, Iterator

from khue.reader.model import Slip
from khue.reader.slips.abolished import abolished_units
from khue.reader.slips.base import Look
from khue.reader.slips.figures import figures
from khue.reader.slips.impossible_date import impossible_dates
from khue.reader.slips.later import later_citations, past_deadlines
from khue.reader.slips.names import names
from khue.reader.slips.period import periods
from khue.reader.slips.persons import persons
from khue.reader.slips.programmes import programmes
from khue.reader.slips.school_years import school_years
from khue.reader.slips.sessions import sessions
from khue.reader.slips.subject_period import subject_periods
from khue.reader.slips.sums import sums
from khue.reader.slips.symbol import misspelt_symbols
from khue.reader.slips.two_dates import two_dates

RULES: list[Callable[[Look], Iterator[Slip]]] = [
    impossible_dates,
    two_dates,
    misspelt_symbols,
    later_citations,
    past_deadlines,
    school_years,
    programmes,
    names,
    figures,
    periods,
    abolished_units,
    persons,
    sums,
    subject_periods,
    sessions,
]


def find_slips(look: Look) -> list[Slip]:
    """Every slip, in reading order; one per place and kind."""
    found = {(s.kind, s.span): s for rule in RULES for s in rule(look)}
    return sorted(found.values(), key=lambda s: (s.span.start, s.kind))
