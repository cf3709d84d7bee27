from tests.conftest import ROOT
from tools.settings_page import PAGE, renewed


def test_the_page_of_settings_is_that_of_the_table():
    page = PAGE.read_text("utf-8")
    assert renewed(page) == page, "run: python -m tools.settings_page"


def test_running_names_only_settings_that_exist():
    import re

    from khue.config import TABLE

    named = set(re.findall(r"KHUE_[A-Z_]+", (ROOT / "docs/running.md").read_text("utf-8")))
    assert named - {setting.name for setting in TABLE} <= {"KHUE_"}
