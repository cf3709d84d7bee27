import pytest

from khue.catalog import load_entry
from khue.core.errors import CatalogError
from khue.reader import read
from tests.conftest import ROOT
from tests.helpers import directive

OWN = ROOT / "catalog"


def office(tmp_path, name, text):
    path = tmp_path / "vn" / "documents" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return tmp_path


def test_an_office_adds_a_verb_and_a_short_form_without_python(tmp_path, monkeypatch):
    text = directive("1. Rà soát mạng lưới; tam sao thất bản hồ sơ; Blaxit toàn trường.")
    before = [t.quote for t in read(text).tasks]
    office(tmp_path, "verbs.yaml", "verbs:\n  - blaxit\n")
    monkeypatch.setenv("KHUE_CATALOG", str(tmp_path))
    assert [t.quote for t in read(text).tasks] != before
    assert "Blaxit toàn trường" in [t.quote for t in read(text).tasks]


def test_an_office_adds_a_known_name(tmp_path, monkeypatch):
    office(tmp_path, "citations.yaml", "spellings: [Hoabanpro]\n")
    monkeypatch.setenv("KHUE_CATALOG", str(tmp_path))
    assert [s.quote for s in read(directive("1. Tổ chức cuộc thi Hoabanpra.")).slips] == ["Hoabanpra"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("verbz: [a]\n", ["verbs.yaml", "verbz", "verbs"]),
        ("verbs: [a]\nverbs: [b]\n", ["verbs.yaml", "dòng 2", "hai lần"]),
        ("verbs: {a: b}\n", ["verbs.yaml", "sai kiểu"]),
        ("on: [a]\n", ["verbs.yaml"]),
        ("verbs: [a\n", ["verbs.yaml", "YAML"]),
        ("- a\n", ["verbs.yaml", "khóa và giá trị"]),
    ],
)
def test_a_broken_file_says_what_to_mend(tmp_path, text, words):
    with pytest.raises(CatalogError) as error:
        load_entry("vn/documents/verbs.yaml", (OWN, office(tmp_path, "verbs.yaml", text)))
    for word in words:
        assert word in str(error.value)


def test_a_folder_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("KHUE_CATALOG", "/khong/co")
    with pytest.raises(CatalogError) as error:
        read("x")
    assert "/khong/co" in str(error.value)


def test_every_own_file_loads_and_is_utf8():
    for path in sorted((OWN / "vn/documents").glob("*.yaml")):
        assert load_entry(f"vn/documents/{path.name}", (OWN,))
