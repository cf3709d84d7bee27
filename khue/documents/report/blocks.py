"""The pieces a report is made of: headings, paragraphs, tables, each with the tasks it speaks of."""

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

HEADING, TEXT, TABLE, APPENDIX = "heading", "text", "table", "appendix"
# what the row with the sum of a table is called
SUM = "Cộng"
KINDS = (HEADING, TEXT, TABLE, APPENDIX)


@dataclass(slots=True)
class Block:
    """One piece. `key` says what the machine wrote it about ("" where a person added it); `id` and `rev` are for editing.

    A row of one cell is a line across the table. `row_tasks` are the tasks of each row below the head. `edited` holds
    once a person changed the words; `machine` is then what the machine would write now, `machine_then` what it had written.
    """

    kind: str
    text: str = ""
    key: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    row_tasks: list[list[int]] = field(default_factory=list)
    id: str = field(default_factory=lambda: uuid4().hex[:12])
    rev: int = 1
    edited: bool = False
    machine: str = ""
    machine_then: str = ""

    def data(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Block":
        """From what JSON kept."""
        return cls(**{n: data[n] for n in cls.__slots__ if n in data})

    @property
    def machine_differs(self) -> bool:
        """Whether the figures changed after a person had changed the words."""
        return self.edited and bool(self.machine_then) and self.machine != self.machine_then

    @property
    def says(self) -> tuple[str, list[list[str]]]:
        """What a reader sees of it."""
        return self.text, self.rows


def blocks_of(data: list[dict[str, Any]]) -> list[Block]:
    """The blocks of a report's `blocks`."""
    return [Block.of(d) for d in data]
