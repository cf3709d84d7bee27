"""What a section is about, told by its heading: results, purposes, goals, duties, organisation, requests."""

import re

from khue.core.text import squeeze
from khue.reader.lexicon import Lexicon

NO_DUTIES = {"review", "purpose", "basis"}
_FUTURE = re.compile(
    r"phương hướng|giải pháp|nhiệm vụ (?:trọng tâm |chủ yếu |cụ thể )?(?:trong )?(?:thời gian tới|học kì|năm|quí|tháng|đến)|kế hoạch (?:năm|học kì|thời gian tới)"
)
_AND_PLAN = re.compile(r"phương hướng|(?:,|\bvà)\s*(?:\w+\s+){0,2}(?:nhiệm vụ|giải pháp|kế hoạch)")
# "Căn cứ chỉ tiêu được giao:" leads to what each unit is to do
_LEAD_IN = re.compile(
    r"(?:trên cơ sở|căn cứ|theo)\s.*(?:được giao|được phân công|nêu trên|nói trên|trên đây|này|đã (?:giao|ban hành|được duyệt))$"
)
_KINDS = ("review", "purpose", "basis", "funding", "targets", "requests", "plan")
_JOINT = re.compile(r",\s*|\s+và\s+")
_PUNCTUATION = re.compile(r"[\"“”(){}\[\]:.;*]")


def zone_of(lex: Lexicon, heading: str, parent: str | None) -> str | None:
    """The zone a heading opens below it, or None where it says nothing and its parent's zone goes on.

    `heading` is folded (`core.text.key`) and without its number.
    """
    words = squeeze(_PUNCTUATION.sub(" ", heading)).strip(" -–")
    if not words:
        return None
    if lex["headings.review_exact"].full(words):
        return "review"
    if lex["headings.organise"].match(words) != -1:
        return "organise"
    top = parent in (None, "preamble")
    if lex["headings.review"].match(words) != -1 and (top or parent in NO_DUTIES):
        return "plan" if _AND_PLAN.search(words) else "review"
    if parent == "review" and not top:
        return "plan" if _FUTURE.match(words) else None
    short = len(words.split()) <= 8 and _all_of_a_kind(lex, words)
    if lex["headings.purpose"].match(words) != -1 and short:
        both = lex["headings.targets"].first(words, 4) or "yêu cầu" in words
        return "mixed" if both else "purpose"
    if _LEAD_IN.match(words):
        return None
    for zone in ("basis", "funding", "targets", "requests"):
        if lex[f"headings.{zone}"].match(words) != -1 and short:
            return zone
    if lex["headings.organise"].first(words):
        return "organise"
    return "plan" if lex["headings.plan"].first(words) else None


def _all_of_a_kind(lex: Lexicon, words: str) -> bool:
    """Whether every part of "Mục đích, yêu cầu" is known; in "Đối tượng, tuyến và phương thức tuyển sinh" one is not,
    so that the first word alone does not say what the section is about."""
    parts = _JOINT.split(words)
    return all(any(lex[f"headings.{kind}"].match(part) != -1 for kind in _KINDS) for part in parts if part)
