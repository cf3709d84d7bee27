"""What a reading is made of. Spans are offsets into the text that was given to `read`, end exclusive."""

from array import array
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the source text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A field that a rule found: its value as printed, where, and the rule's name."""

    value: str
    span: Span
    rule: str


@dataclass(frozen=True, slots=True)
class Due:
    """The last day allowed, or how often the task comes back, with the words that say so."""

    day: date | None
    recurs: str | None
    quote: str
    span: Span
    rule: str
    # a whole year given under the heading of one month is asked about, see slips/period.py
    period: str = "day"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A date that the text does not state but the school year's plan gives ("hết học kì I")."""

    day: date
    quote: str
    span: Span
    rule: str


@dataclass(frozen=True, slots=True)
class Target:
    """A number to be reached. `unit` is "%", a noun ("trường") or a ratio ("tiết/tuần")."""

    value: float
    unit: str
    comparator: str
    quote: str
    span: Span
    rule: str


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of a numbered document. `entry` is the index of the document in Reading.documents."""

    kind: str
    symbol: str
    day: date | None
    issuer: str | None
    quote: str
    span: Span
    entry: int
    date_text: str | None = None
    subject: str | None = None


@dataclass(slots=True)
class Cited:
    """A cited document, whatever its mentions look like. `numbered` is False for a programme known by name."""

    kind: str
    symbol: str | None
    day: date | None
    issuer: str | None
    title: str | None
    mentions: list[Span] = field(default_factory=list)
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Slip:
    """Something the text gets wrong or leaves open: what was found, what it clashes with, what was probably meant."""

    kind: str
    quote: str
    why: str
    span: Span
    clashes_with: str | None = None
    probably: str | None = None


@dataclass(slots=True)
class Task:
    """The smallest clause that one could assign to a unit and ask a report on."""

    quote: str
    section: str
    span: Span
    rule: str
    owners: list[Found] = field(default_factory=list)
    partners: list[Found] = field(default_factory=list)
    due: Due | None = None
    suggestion: Suggestion | None = None
    targets: list[Target] = field(default_factory=list)
    cites: list[Citation] = field(default_factory=list)
    heading: str = ""
    product: str | None = None


@dataclass(slots=True)
class Header:
    """The parts around the text, as Nghị định 30/2020/NĐ-CP orders them. None where the text has none."""

    kind: str | None = None
    number: str | None = None
    day: date | None = None
    place: str | None = None
    issuer: str | None = None
    subject: str | None = None
    signer: str | None = None
    signer_title: str | None = None
    recipients: list[str] = field(default_factory=list)
    school_year: str | None = None
    addressees: list[str] = field(default_factory=list)
    parent: str | None = None
    spans: dict[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Footnote:
    """The text of a note and where its mark stands (None where no mark was found)."""

    mark: str
    text: str
    span: Span
    at: Span | None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, table row or other part of the text, in reading order, with its section.

    `origin[i]` is where `text[i]` stands in the source.
    """

    kind: str
    text: str
    section: str
    span: Span
    origin: "array[int]"


@dataclass(slots=True)
class Reading:
    """Everything that was found in one document."""

    source: str
    header: Header
    blocks: list[Block]
    tasks: list[Task]
    citations: list[Citation]
    documents: list[Cited]
    slips: list[Slip]
    footnotes: list[Footnote]
