"""What holds for any text: nothing is invented, nothing raises, every span stands where it says."""

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.core.text import squeeze
from khue.reader import read
from khue.reader.clean.furniture import PAGE_NUMBER
from khue.reader.shape import shape
from tests.conftest import ROOT, SHARED

TEXTS = [p.read_text(encoding="utf-8") for p in [*sorted((ROOT / "samples").glob("*.txt")), *sorted((SHARED / "seeds").glob("*.txt"))]]
WORDS = st.sampled_from(
    [
        "Tiếp tục",
        "rà soát",
        ";",
        ".",
        ":",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "a) ",
        "I. ",
        "“",
        "”",
        "(",
        ")",
        "trước ngày 31/9/2024",
        "100%",
        "|",
        "\t",
        "Quyết định số 1/QĐ-UBND ngày 1/1/2024",
        "Sở Nội vụ",
        "phối hợp với",
        "Tháng 9/2024:",
        "Điều 1.",
        "Nơi nhận:",
        "CHỈ THỊ",
        "Số:",
        "\x0c",
        "năm học 2024-2025",
    ]
)


def letters(text):
    """A text without white space and marks that the reader may fold."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def check(source):
    reading = read(source)
    shape(reading)
    whole = letters(source)
    for task in reading.tasks:
        assert 0 <= task.span.start < task.span.end <= len(source)
        stretch = source[task.span.start : task.span.end]
        assert _is_within(letters(task.quote), letters(stretch))
        assert task.quote == squeeze(task.quote)
    for found in [f for t in reading.tasks for f in (*t.owners, *t.partners)]:
        assert letters(found.value) in whole or _is_within(letters(found.value), whole)
    for thing in [*reading.slips, *reading.citations, *(x for t in reading.tasks for x in t.targets)]:
        assert 0 <= thing.span.start <= thing.span.end <= len(source)
        assert _is_within(letters(thing.quote), letters(source[thing.span.start : thing.span.end]) or whole)
    starts = [t.span.start for t in reading.tasks]
    assert starts == sorted(starts)
    for block in reading.blocks:
        assert len(block.origin) == len(block.text)
    return reading


def _is_within(quote, stretch):
    """The letters of a quote stand in the stretch in their order; page numbers and notes between them are left out."""
    at = iter(stretch)
    return all(c in at for c in quote)


@given(st.text(max_size=600))
def test_any_text_gives_a_reading(source):
    check(source)


@given(st.lists(WORDS | st.text(max_size=12), max_size=60))
def test_any_mixture_of_the_words_of_directives_gives_a_reading(pieces):
    check("".join(p if p in "\n\n\t\f" else f"{p} " for p in pieces))


@given(st.sampled_from(TEXTS), st.integers(0, 40000), st.integers(0, 6000))
def test_any_cut_of_a_document_gives_a_reading(text, start, size):
    start %= max(1, len(text))
    check(text[start : start + size])


@given(st.sampled_from(TEXTS), st.integers(0, 10**6))
def test_shuffled_lines_of_a_document_give_a_reading(text, seed):
    lines = text.splitlines(keepends=True)[:120]
    random.Random(seed).shuffle(lines)
    check("".join(lines))


@pytest.mark.parametrize("text", TEXTS)
def test_every_quote_of_a_document_stands_in_it(text):
    kept = "\n".join(line for line in text.split("\n") if not PAGE_NUMBER.fullmatch(line))
    plain = squeeze(unicodedata.normalize("NFC", kept))
    reading = check(text)
    assert all(t.quote in plain for t in reading.tasks)
    assert all(c.quote in plain for c in reading.citations)


@pytest.mark.parametrize("text", TEXTS)
def test_decomposed_text_reads_the_same(text):
    mine, theirs = read(text), read(unicodedata.normalize("NFD", text))
    assert [t.quote for t in theirs.tasks] == [t.quote for t in mine.tasks]
    assert [(s.kind, s.quote) for s in theirs.slips] == [(s.kind, s.quote) for s in mine.slips]
    check(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", TEXTS[:3])
def test_windows_line_ends_and_tabs_change_nothing(text):
    mine = [t.quote for t in read(text).tasks]
    assert [t.quote for t in read(text.replace("\n", "\r\n")).tasks] == mine
    assert [t.quote for t in read(text.replace(" của ", "\xa0của ")).tasks] == mine


def test_the_other_way_of_placing_tones_changes_nothing_but_the_quotes():
    text = TEXTS[0]
    other = re.sub(r"óa\b", "oá", re.sub(r"òa\b", "oà", text))
    assert [(t.section, t.due and t.due.day) for t in read(other).tasks] == [(t.section, t.due and t.due.day) for t in read(text).tasks]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n\n", "\f\f", "\ufeff", "\x00\x01", "-", "...", "“" * 3000, "(" * 3000, "1. " * 3000, "a;" * 3000, "| " * 3000, "\ud800"],
)
def test_odd_texts(text):
    check(text)


def test_a_text_no_rule_understands_stays_plain_paragraphs():
    reading = check("Ngày xưa có một cậu bé chăn trâu rất hiền lành.\n\nCậu thổi sáo suốt buổi chiều.")
    assert reading.tasks == []
    assert [b.kind for b in reading.blocks] == ["text", "text"]


def test_work_grows_with_the_text_and_not_faster():
    """Counts the steps of the interpreter, not seconds: four times the text may take at most five times the steps."""
    import sys

    def steps(text):
        count = 0

        def tick(frame, event, arg):
            nonlocal count
            count += 1
            return

        sys.setprofile(tick)
        try:
            read(text)
        finally:
            sys.setprofile(None)
        return count

    text = TEXTS[0][:4000]
    assert steps(text * 8) < 5 * steps(text * 2)
