"""Pages let go of what they showed."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.test import RequestFactory


class Shown:
    """Something of a page."""

    def __str__(self) -> str:
        return "Trường Tiểu học Bắc Cường"


@pytest.fixture
def no_collector() -> Iterator[None]:
    """The garbage collector sleeps."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
def test_what_a_page_showed_goes_with_it_not_with_the_garbage():
    shown = Shown()
    left = weakref.ref(shown)
    page = (
        engines["django"].from_string("{% with x=shown %}<p>{{ x }}</p>{% endwith %}").render({"shown": shown}, RequestFactory().get("/"))
    )
    del shown
    assert page == "<p>Trường Tiểu học Bắc Cường</p>"
    assert left() is None


def test_a_template_that_is_missing_or_wrong_says_so():
    with pytest.raises(TemplateDoesNotExist, match=r"no/such\.html"):
        engines["django"].get_template("no/such.html")
    with pytest.raises(TemplateDoesNotExist, match=r"missing\.html") as caught:
        engines["django"].from_string('{% include "missing.html" %}').render({}, RequestFactory().get("/"))
    assert caught.value.backend is engines["django"]
    with pytest.raises(TemplateSyntaxError):
        engines["django"].from_string("{% if %}")
