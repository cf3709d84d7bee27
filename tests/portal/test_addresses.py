"""The addresses of pages in templates."""

import pytest
from django.template import engines
from django.urls import NoReverseMatch, reverse, set_script_prefix


def drawn(text: str, **shown: object) -> str:
    return str(engines["django"].from_string(text).render(shown))


@pytest.fixture
def below_a_prefix():
    set_script_prefix("/khue/")
    yield
    set_script_prefix("/")


def test_the_address_of_each_row_is_that_of_django():
    rows = drawn("{% for pk in rows %}{% url 'tasks:show' pk %} {% endfor %}", rows=[7, 0, 2_226_059])
    assert rows.split() == [reverse("tasks:show", args=[pk]) for pk in (7, 0, 2_226_059)]
    assert drawn("{% url 'documents:obligation' a b %}", a=31, b=4) == reverse("documents:obligation", args=[31, 4])
    assert drawn("{% url 'tasks:list' %}") == reverse("tasks:list")


def test_an_address_with_words_or_under_a_name_is_that_of_django():
    assert drawn("{% url 'documents:plan-export' a 'docx' %}", a=31) == reverse("documents:plan-export", args=[31, "docx"])
    assert drawn("{% url 'tasks:show' pk=a %}", a="31") == reverse("tasks:show", args=[31])
    assert drawn("{% url 'tasks:show' a as there %}[{{ there }}]", a=5) == f"[{reverse('tasks:show', args=[5])}]"
    assert drawn("{% url view a %}", view="tasks:show", a=5) == reverse("tasks:show", args=[5])


def test_an_address_that_cannot_be_made_is_an_error_and_nothing_where_it_is_asked_for_under_a_name():
    for text, given in (("{% url 'tasks:show' a %}", -5), ("{% url 'tasks:show' a %}", None), ("{% url 'tasks:nowhere' a %}", 5)):
        with pytest.raises(NoReverseMatch):
            drawn(text, a=given)
    assert drawn("{% url 'tasks:nowhere' a as there %}[{{ there }}]", a=5) == "[]"
    assert drawn("{% url 'tasks:show' a as there %}[{{ there }}]", a="x") == "[]"


@pytest.mark.usefixtures("below_a_prefix")
def test_an_address_begins_where_the_site_does():
    text = engines["django"].from_string("{% url 'tasks:show' a %}")
    assert text.render({"a": 5}) == "/khue/viec/5/"
    set_script_prefix("/")
    assert text.render({"a": 5}) == "/viec/5/"
