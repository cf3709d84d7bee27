import pytest

from khue.config import TABLE, value
from khue.core.errors import KhueError


@pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.name)
def test_every_default_is_a_value(setting):
    value(setting.name, {})


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("KHUE_WEB_WORKERS", "0"),
        ("KHUE_WEB_WORKERS", "hai"),
        ("KHUE_JOB_WORKERS", "-1"),
        ("KHUE_LOG_LEVEL", "LOUD"),
        ("KHUE_LOG_FORMAT", "xml"),
        ("KHUE_DEBUG", "maybe"),
        ("KHUE_BIND", "8000"),
        ("KHUE_BIND", "127.0.0.1:http"),
        ("DATABASE_URL", "mysql://here/khue"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_means(name, raw):
    with pytest.raises(KhueError) as raised:
        value(name, {name: raw})
    assert name in str(raised.value)
    assert next(s.meaning for s in TABLE if s.name == name) in str(raised.value)


def test_no_background_workers_is_a_choice():
    assert value("KHUE_JOB_WORKERS", {"KHUE_JOB_WORKERS": "0"}) == 0
