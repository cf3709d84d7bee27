"""How Django draws a form: label, help, error and field in the order a person reads them."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields and forms are drawn by the design system's templates."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"
