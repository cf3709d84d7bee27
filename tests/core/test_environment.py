"""How the database is reached, from the environment alone."""

import pytest

from khue.environment import database


@pytest.fixture
def at(monkeypatch):
    def ask(url: str) -> dict[str, object]:
        monkeypatch.setenv("DATABASE_URL", url)
        return database("khue.sqlite3")

    return ask


def test_without_an_address_it_is_the_file_of_the_home(at):
    assert (at("")["ENGINE"], at("")["NAME"]) == ("django.db.backends.sqlite3", "khue.sqlite3")


def test_an_address_is_taken_apart(at):
    found = at("postgres://khue:m%40t%20kh%E1%BA%A9u@db.example:5433/lao_cai?sslmode=require")
    assert [found[n] for n in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == ["lao_cai", "khue", "m@t khẩu", "db.example", "5433"]
    assert found["OPTIONS"]["sslmode"] == "require"


def test_queries_are_planned_once_for_a_connection_but_not_behind_a_pooler(at):
    own, pooled = at("postgres://khue@/khue")["OPTIONS"], at("postgres://khue@/khue?pooled=1")["OPTIONS"]
    assert (own["server_side_binding"], own["prepare_threshold"]) == (True, 3)
    assert {"server_side_binding", "prepare_threshold", "pooled"} & set(pooled) == set()
