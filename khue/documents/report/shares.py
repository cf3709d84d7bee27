"""The shares behind a figure of a report: exactly those that it counts, as they stood at the end of its day."""

from dataclasses import dataclass
from datetime import date

from khue.documents.models import Report
from khue.documents.report.gather import Matter, gather
from khue.tasks.asof import Then
from khue.tasks.filters import STATES_OF
from khue.tasks.states import NAMES

# the figures of the table, as its cells call them, "" being all of them
FIGURES = ("", "done_in_time", "done_late", "open_in_time", "overdue")


@dataclass(frozen=True, slots=True)
class Row:
    """One share: what was asked, of whom, until when, how it stood, where it is."""

    quote: str
    unit: str
    due_on: date | None
    state: str
    address: str


def counted(report: Report, figure: str) -> tuple[Matter, list[Then]]:
    """The shares that a figure counts, the earliest deadline first; the number of queries does not grow with them."""
    matter = gather(Matter.of(report))
    wanted = STATES_OF.get(figure, (figure,)) if figure else ()
    found = [t for t in matter.everything if t.counts and (not wanted or t.state in wanted)]
    found.sort(key=lambda t: (t.due_on is None, t.due_on or report.as_of, matter.name(t.share.unit)))
    return matter, found


def row(matter: Matter, then: Then, day: str) -> Row:
    """A share as the list shows it; `day` is the rest of the address where the report is of an earlier day."""
    where = f"/viec/{then.share.task_id}/?phan={then.share.pk}{day}"
    return Row(then.share.task.quote, matter.name(then.share.unit), then.due_on, str(NAMES[then.state]), where)
