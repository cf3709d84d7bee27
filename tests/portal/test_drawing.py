"""What is drawn by hand because templates took too long says the same as Django's own would."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.template import Context, Template
from django.test.html import parse_html
from django.utils.translation import override

from khue.documents.review.drawing import paragraph
from khue.documents.review.page import Drawn, Piece
from khue.portal.forms import Renderer
from khue.portal.templatetags.khue import options, short

SHARP = "<b>&\"'</b>"


class Choosing(forms.Form):
    """A select with groups, marks and sharp characters."""

    unit = forms.ChoiceField(choices=[("", "---"), (1, "TH Chu Văn An"), (SHARP, SHARP), ("Nhóm <1>", [("a", "A"), ("b", "B & b")])])
    many = forms.MultipleChoiceField(choices=[(1, "Một"), (2, "Hai")], widget=forms.SelectMultiple(attrs={"size": 4}))
    when = forms.NullBooleanField(required=False)


class Own(TemplatesSetting):
    """Django's own templates."""


@pytest.mark.parametrize("data", [None, {"unit": SHARP, "many": ["1", "2"], "when": "true"}, {"unit": "b"}, {"unit": "nothing"}])
@pytest.mark.parametrize("name", ["unit", "many", "when"])
def test_a_select_is_what_django_would_draw(name, data):
    drawn, own = (str(Choosing(data, renderer=r())[name]) for r in (Renderer, Own))
    assert parse_html(drawn) == parse_html(own)


def test_options_are_escaped_cut_and_the_chosen_one_is_marked():
    found = options([(1, "Một hai ba bốn"), (2, SHARP)], "2", 8)
    assert found.startswith('<option value="1">Một hai…</option><option value="2" selected>')
    assert SHARP not in found
    assert "selected" not in options([(1, "Một")], None)


@pytest.mark.parametrize(("text", "cut"), [("Mười chữ.", "Mười chữ."), ("Mười một chữ", "Mười một…"), ("", ""), ("a" * 11, "a" * 9 + "…")])
def test_short_keeps_what_is_short_and_cuts_the_rest(text, cut):
    assert short(text, 10) == cut


def test_what_is_cut_is_still_escaped():
    assert Template("{{ x|short:4 }}").render(Context({"x": "<b><b>"})) == "&lt;b&gt;…"


class TestTheWordsOfATemplate:
    def test_one_template_speaks_each_language_it_is_asked_for(self):
        template = Template('{% translate "Xem hôm nay" %}')
        said = []
        for language in ("vi", "en", "vi"):
            with override(language):
                said.append(template.render(Context()))
        assert said == ["Xem hôm nay", "See today", "Xem hôm nay"]

    def test_words_under_a_name_are_there_for_what_follows(self):
        template = Template('{% translate "Xem hôm nay" as word %}{% for x in "ab" %}[{{ word }}]{% endfor %}')
        with override("en"):
            assert template.render(Context()) == "[See today][See today]"

    def test_a_context_and_a_variable_are_looked_up_as_ever(self):
        template = Template('{% translate "Xem" context "nút" %}, {% translate word %}, {% translate word|upper %}')
        with override("en"):
            said = template.render(Context({"word": "Xem hôm nay"}))
        assert said == "View, See today, SEE TODAY"

    def test_percent_signs_stay_single(self):
        assert Template('{% translate "98,5%" %}').render(Context()) == "98,5%"


def test_a_paragraph_is_escaped_and_tells_where_each_piece_stands():
    drawn = paragraph(Drawn(3, "para", "I.1", [Piece("a < b ", 0), Piece(SHARP, 6, "t t-accepted", item=7, slip=9)]))
    assert drawn.startswith('<p class="p p-para" data-p="3"><span class="p-sec num">I.1</span><span data-o="0">a &lt; b </span>')
    assert '<span class="t t-accepted" data-o="6" data-item="7" data-slip="9">' in drawn
    assert SHARP not in drawn
    assert "p-sec" not in paragraph(Drawn(1, "heading", "I", []))
