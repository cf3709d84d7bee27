"""What an issued report fixed of its entry in the register: the letter was signed so, and the register says what was signed."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst

from khue.core.casing import ordinary_case
from khue.core.errors import KhueError
from khue.core.said import said
from khue.documents.models import Document

# what stands on the letter, and its place in the book; the rest (who got it, when, notes) is the clerk's
FROZEN = (
    "direction",
    "book_number",
    "kind",
    "number",
    "signed_on",
    "issuer",
    "subject",
    "signer",
    "signer_title",
    "place",
    "recipients",
    "arrived_on",
)
REMEDY = said("Cần thay đổi thì lập báo cáo mới thay thế.")


def is_issued(document: Document) -> bool:
    """Whether the entry is that of a report that was issued."""
    return hasattr(document, "report")


def refuse_frozen(document: Document, fields: Iterable[str]) -> None:
    """Raises KhueError where one of the fields is fixed by the report."""
    if is_issued(document) and set(fields) & set(FROZEN):
        raise KhueError("document.frozen", said("Báo cáo đã ban hành: các mục đã ký và số trong sổ giữ nguyên."), REMEDY)


def refuse_issued(document: Document) -> None:
    """Raises KhueError where the entry is that of an issued report, which stays in the register as it is."""
    if is_issued(document):
        raise KhueError("document.issued", said("Báo cáo đã ban hành không bỏ khỏi sổ được."), REMEDY)


def in_words(document: Document, fields: Iterable[str]) -> list[tuple[str, Any]]:
    """(name of the field, value) as the form of the register calls and shows them."""
    meta: Any = Document._meta
    found = []
    for name in fields:
        at = name.removesuffix("_id")
        value = getattr(document, f"get_{at}_display")() if meta.get_field(at).choices else getattr(document, at)
        found.append((capfirst(str(meta.get_field(at).verbose_name)), ordinary_case(value) if at == "issuer" else value))
    return found


def frozen_values(document: Document) -> list[tuple[str, Any]]:
    """What is fixed and not empty, for showing where it cannot be changed."""
    return [(name, value) for name, value in in_words(document, FROZEN) if value]
