"""A report drawn from tasks: composed, edited, issued; issuing freezes it with its figures."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from khue.documents.models.document import Document
from khue.units.models import Unit


class Report(models.Model):
    """`blocks` is the text as it stands: [{"kind": "heading|text|table", "level", "text", "rows", "tasks": [ids]}].

    `figures` are the numbers behind it, with the filters that open their lists; frozen when it is issued.
    """

    class About(models.TextChoices):
        """What a report is about."""

        DOCUMENT = "document", _("Kết quả thực hiện một văn bản")
        PERIOD = "period", _("Tháng, quý, năm")
        UNIT = "unit", _("Một đơn vị")
        BRIEF = "brief", _("Họp giao ban")

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", _("Dự thảo")
        ISSUED = "issued", _("Đã ban hành")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    about = models.CharField(_("loại"), max_length=10, choices=About.choices)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    about_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("từ ngày"), null=True, blank=True)
    as_of = models.DateField(_("tính đến ngày"))
    title = models.CharField(_("trích yếu"), max_length=500)
    addressee = models.TextField(_("kính gửi"), blank=True)
    recipients = models.TextField(_("nơi nhận"), blank=True)
    place = models.CharField(_("địa danh"), max_length=120, blank=True)
    signer_title = models.CharField(_("quyền hạn, chức vụ người ký"), max_length=200, blank=True)
    signer = models.CharField(_("người ký"), max_length=120, blank=True)
    blocks = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    state = models.CharField(_("tình trạng"), max_length=8, choices=State.choices, default=State.DRAFT)
    # the entry of the outgoing register, once issued
    issued_as = models.OneToOneField(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="report")
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["unit", "-id"], name="report_unit")]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        """The words of its paragraphs and headings, for the search."""
        return "\n".join(b["text"] for b in self.blocks if b.get("text"))
