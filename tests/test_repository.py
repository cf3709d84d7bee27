"""What holds for the repository as a whole."""

import re
import subprocess

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.conftest import ROOT
from tools.messages import merged


def tracked():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / p for p in done.stdout.splitlines() if (ROOT / p).is_file()]


def test_every_message_has_its_english():
    wanted = {m[2] for m in extract_from_dir(ROOT / "khue", keywords={"tr": None, "said": None, "template": None}) if m[2]}
    with (ROOT / "khue/locale/en/LC_MESSAGES/khue.po").open("rb") as file:
        english = {m.id: m.string for m in read_po(file) if m.id}
    assert sorted(m for m in wanted if not english.get(m)) == []
    assert sorted(m for m in english if m not in wanted) == []


def test_every_message_of_the_pages_has_its_english():
    found, missing = merged()
    assert missing == []
    with (ROOT / "khue/locale/en/LC_MESSAGES/django.po").open("rb") as file:
        kept = read_po(file)
    # `python tools/messages.py` writes the file anew where this fails
    assert {(m.context, m.id) for m in kept} == {(m.context, m.id) for m in found}


@pytest.mark.parametrize("name", ["en/LC_MESSAGES/khue", "en/LC_MESSAGES/django", "vi/LC_MESSAGES/messages", "vi/LC_MESSAGES/django"])
def test_compiled_messages_are_those_of_their_source(name):
    with (ROOT / f"khue/locale/{name}.po").open("rb") as po, (ROOT / f"khue/locale/{name}.mo").open("rb") as mo:
        assert _messages(read_po(po)) == _messages(read_mo(mo))


def _messages(catalog):
    """Message by message; a plural is written as a list in one format and as a tuple in the other."""
    return {(_text(m.context), "|".join(_forms(m.id))): "|".join(_forms(m.string)) for m in catalog if m.id}


def _text(context):
    """The reader of .mo leaves a context as bytes."""
    return context.decode() if isinstance(context, bytes) else context


def _forms(text):
    return [text] if isinstance(text, str) else list(text)


def test_translations_keep_the_parts_of_their_message():
    with (ROOT / "khue/locale/en/LC_MESSAGES/khue.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                parts = re.compile(r"\{(\w+)")
                assert set(parts.findall(message.id)) >= set(parts.findall(str(message.string)))


def test_the_english_of_the_pages_keeps_the_parts_and_the_edges_of_its_message():
    parts, edges = re.compile(r"%\(\w+\)s|\{\w*\}|<[^>]+>"), re.compile(r"^\s*|\s*$")
    with (ROOT / "khue/locale/en/LC_MESSAGES/django.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                original = _forms(message.id)[0]
                for english in _forms(message.string):
                    assert sorted(parts.findall(english)) == sorted(parts.findall(original)), original
                    assert edges.findall(english) == edges.findall(original), original


def test_no_path_of_a_machine_is_in_a_tracked_file():
    places = re.compile(r"(?<![\w/.])/(?:home|root|work|Users)/\w")
    bad = [
        p.name
        for p in tracked()
        if p.suffix in {".py", ".md", ".yaml", ".toml", ".txt", ".json", ""} and places.search(p.read_text("utf-8", "ignore"))
    ]
    assert bad == []


def test_files_stay_of_a_size_that_can_be_read():
    long = [
        p.relative_to(ROOT)
        for p in (ROOT / "khue").rglob("*.py")
        if len(p.read_text("utf-8").splitlines()) > 300 and "migrations" not in p.parts
    ]
    assert long == []


def test_documents_name_only_files_that_are_there():
    link = re.compile(r"\]\((?!https?:|#)([^)#]+)")
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in link.findall(page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_glossary_names_only_identifiers_that_are_there():
    source = "\n".join(p.read_text("utf-8") for p in (ROOT / "khue").rglob("*.py"))
    rows = re.findall(r"^\|[^|]+\|[^|]+\|\s*`([^`]+)`", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M)
    assert rows
    assert [name for name in rows if not re.search(rf"\b{re.escape(name.split('.')[-1])}\b", source)] == []


def test_the_package_carries_its_catalog_and_messages(tmp_path):
    import sys
    import zipfile

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"khue/_catalog/vn/documents/{p.name}" for p in (ROOT / "catalog/vn/documents").glob("*.yaml")} <= names
    assert "khue/locale/en/LC_MESSAGES/khue.mo" in names
    assert "khue/documents/export/page.css" in names
