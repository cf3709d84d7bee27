"""The documents a text cites, each once, however often and however differently it is written."""

import re

from khue.core.text import key
from khue.reader.lexicon import Lexicon
from khue.reader.model import Citation, Cited
from khue.reader.rules.citation import Mention


def normal_symbol(lex: Lexicon, symbol: str) -> str:
    """A symbol as it is compared: capitals, no "&", one separator, misspelt codes put right."""
    wrong: dict[str, str] = {**lex.data["citations"]["misspelt"], **lex.data["citations"]["misspelt_kinds"]}
    parts = [wrong.get(p, p) for p in re.split(r"[/\-]", symbol)]
    return "/".join(p.replace("&", "").upper() for p in parts)


def register(lex: Lexicon, mentions: list[Mention]) -> tuple[list[Citation], list[Cited]]:
    """(every mention with the index of its document, the documents)."""
    documents: list[Cited] = []
    by_symbol: dict[str, int] = {}
    by_number: dict[tuple[str, str], int] = {}
    for mention in mentions:
        if not mention.short:
            _enter(lex, mention, documents, by_symbol, by_number)
    citations = []
    for mention in mentions:
        entry = by_number.get(_number(mention)) if mention.short else by_symbol[normal_symbol(lex, mention.symbol)]
        if entry is None:
            entry = len(documents)
            documents.append(Cited(mention.kind, mention.symbol, mention.day, mention.issuer, None))
            by_number[_number(mention)] = entry
        documents[entry].mentions.append(mention.span)
        citations.append(
            Citation(mention.kind, mention.symbol, mention.day, mention.issuer, mention.quote, mention.span, entry, mention.date_text)
        )
    return citations, documents


def _number(mention: Mention) -> tuple[str, str]:
    """Kind and bare number, which a short mention ("Đề án 03") shares with the full one."""
    digits = re.match(r"\d+", mention.symbol)
    return key(mention.kind), (digits.group().lstrip("0") if digits else mention.symbol) or "0"


def _enter(
    lex: Lexicon, mention: Mention, documents: list[Cited], by_symbol: dict[str, int], by_number: dict[tuple[str, str], int]
) -> None:
    symbol = normal_symbol(lex, mention.symbol)
    if symbol not in by_symbol:
        by_symbol[symbol] = len(documents)
        documents.append(Cited(mention.kind, mention.symbol, mention.day, mention.issuer, None))
    entry = by_symbol[symbol]
    known = documents[entry]
    known.day, known.issuer = known.day or mention.day, known.issuer or mention.issuer
    by_number.setdefault(_number(mention), entry)
