"""Under which heading each task is told, and by which number: the directive's own where its points have no headings."""

from dataclasses import dataclass, field
from itertools import takewhile

from khue.core.casing import ordinary_case
from khue.documents.models import Report
from khue.documents.report.brief import cut
from khue.documents.report.gather import Matter
from khue.documents.report.phrases import sentence
from khue.documents.report.series import how_many
from khue.tasks.models import Task

# a point without a heading is called by the beginning of its sentence
SHORT = 80


@dataclass(slots=True)
class Section:
    """Tasks that are told together; `gone` were taken back. `number` is filled once all sections are known."""

    key: str
    title: str
    tasks: list[Task] = field(default_factory=list)
    gone: list[Task] = field(default_factory=list)
    number: str = ""

    @property
    def place(self) -> str:
        """Where in the directive its tasks stand, as far as they stand together."""
        parts = [t.section.split(".") for t in [*self.tasks, *self.gone] if t.section]
        levels = takewhile(lambda level: len(set(level)) == 1, zip(*parts, strict=False))
        return ".".join(level[0] for level in levels)

    @property
    def is_point(self) -> bool:
        """Whether it is a single task of a point without a heading, which needs none in the report either."""
        one = len(self.gone) == 1 if not self.tasks else how_many(self.tasks) == 1 and not self.gone
        return one and not self.title and self.number == f"{self.place}."

    @property
    def heading(self) -> str:
        """What stands above its tasks, and in the table of groups."""
        if self.is_point:
            return f"{self.number} {cut([*self.tasks, *self.gone][0], SHORT)}"
        return f"{self.number} {self.title or f'Nhiệm vụ tại mục {self.place}'}"

    @property
    def of_annex(self) -> str:
        """What stands above its rows in the annex, where every sentence stands in full."""
        return f"Mục {self.place}" if self.is_point else self.heading


def sections(matter: Matter) -> list[Section]:
    """The tasks under the headings of the directive, or under the documents that they come from."""
    found: dict[str, Section] = {}
    gone = {t.pk for t in matter.gone}
    for task in matter.in_order:
        key, title = _under(matter, task)
        section = found.setdefault(key, Section(key, title))
        (section.gone if task.pk in gone else section.tasks).append(task)
    _number(list(found.values()), of_document=matter.about == Report.About.DOCUMENT)
    return list(found.values())


def _under(matter: Matter, task: Task) -> tuple[str, str]:
    """(key, title) of the section; no title for a numbered point without a heading."""
    if matter.about != Report.About.DOCUMENT:
        return (f"d{task.document_id or 0}", f"Thực hiện {task.document_name}" if task.document_name else "Nhiệm vụ khác")
    heading = matter.headings.get(task.pk, "")
    if heading:
        said = sentence(heading)
        return said.lower(), ordinary_case(said)
    return (f"s{task.section}", "") if task.section else ("-", "Nhiệm vụ chung")


def _number(found: list[Section], *, of_document: bool) -> None:
    """One after the other, with the place in the directive; the directive's own numbers where it has points without headings."""
    places = [s.place for s in found]
    own = of_document and not all(s.title for s in found) and all(p[:1].isdigit() for p in places) and len(set(places)) == len(places)
    for n, section in enumerate(found, 1):
        section.number = f"{section.place}." if own else f"{n}."
        if of_document and not own and section.title and section.place:
            section.title += f" (mục\u00a0{section.place})"
