"""How Django draws a form: label, help, error and field in the order a person reads them."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe

_SELECT = "django/forms/widgets/select.html"


class Renderer(TemplatesSetting):
    """Fields and forms are drawn by the design system's templates; a select by hand, because Django draws each of its options by
    two templates, and hundreds of documents stand in one.
    """

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        """The HTML of a form, a field or a widget."""
        if template_name == _SELECT:
            return _select(context["widget"])
        return mark_safe(super().render(template_name, context, request))


def _select(widget: dict[str, Any]) -> SafeString:
    """What Django's own template would say."""
    inside = "".join(_group(name, choices) for name, choices, _index in widget["optgroups"])
    return mark_safe(f'<select name="{escape(str(widget["name"]))}"{flatatt(widget["attrs"])}>{inside}</select>')


def _group(name: str | None, choices: Iterable[dict[str, Any]]) -> str:
    inside = "".join(option(o["value"], o["label"], flatatt(o["attrs"])) for o in choices)
    return f'<optgroup label="{escape(str(name))}">{inside}</optgroup>' if name else inside


def option(value: Any, label: Any, marks: str = "") -> str:
    """One option; its text is escaped, `marks` are attributes that are HTML already."""
    return f'<option value="{escape(str(value))}"{marks}>{escape(str(label))}</option>'
