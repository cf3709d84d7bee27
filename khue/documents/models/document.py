"""A document in a unit's register, with the fields of Nghị định 30/2020/NĐ-CP, Phụ lục IV."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khue.core.casing import ordinary_case
from khue.core.models import StoredFile
from khue.core.text import number_key
from khue.units.models import Unit


class Direction(models.TextChoices):
    """Which of the two registers a document stands in."""

    INCOMING = "in", _("Văn bản đến")
    OUTGOING = "out", _("Văn bản đi")


class Urgency(models.TextChoices):
    """The degrees of Nghị định 30/2020/NĐ-CP, Phụ lục I."""

    NORMAL = "normal", _("Thường")
    URGENT = "urgent", _("Khẩn")
    VERY_URGENT = "very_urgent", _("Thượng khẩn")
    EXPRESS = "express", _("Hỏa tốc")


class Status(models.TextChoices):
    """How far a document has come on its way to a plan."""

    REGISTERED = "registered", _("Đã vào sổ")
    WAITING = "waiting", _("Chờ đọc")
    UNREADABLE = "unreadable", _("Không đọc được")
    REVIEW = "review", _("Đang soát")
    CONFIRMED = "confirmed", _("Đã chốt")


class Document(models.Model):
    """One document in one unit's register of one year."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="documents")
    direction = models.CharField(_("sổ"), max_length=3, choices=Direction.choices, default=Direction.INCOMING)
    book_year = models.IntegerField(_("năm của sổ"))
    book_number = models.IntegerField(_("số đến/đi"))
    kind = models.CharField(_("tên loại"), max_length=60, blank=True)
    number = models.CharField(_("số, ký hiệu"), max_length=80, blank=True)
    # the number as it is compared (core/text.py number_key), kept by save()
    number_key = models.CharField(max_length=80, blank=True, editable=False)
    signed_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=300, blank=True)
    issuer_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="issued")
    subject = models.TextField(_("trích yếu"), blank=True)
    signer = models.CharField(_("người ký"), max_length=120, blank=True)
    signer_title = models.CharField(_("chức vụ người ký"), max_length=200, blank=True)
    place = models.CharField(_("địa danh"), max_length=120, blank=True)
    school_year = models.CharField(_("năm học"), max_length=9, blank=True)
    arrived_on = models.DateField(_("ngày đến"), null=True, blank=True)
    urgency = models.CharField(_("mức độ khẩn"), max_length=12, choices=Urgency.choices, default=Urgency.NORMAL)
    recipients = models.TextField(_("nơi nhận"), blank=True)
    copies = models.PositiveIntegerField(_("số lượng bản"), null=True, blank=True)
    handler_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("đơn vị nhận")
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("người nhận")
    )
    forwarded_on = models.DateField(_("ngày chuyển"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")
    # the unit or group that acts where a clause names nobody: a reference as in units/groups.py, with its label
    default_owner = models.JSONField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)
    status = models.CharField(_("tình trạng"), max_length=12, choices=Status.choices, default=Status.REGISTERED)
    # what this one carries out, and what it follows a year later
    upper = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="lower")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="following")
    # grows with every change of the review, so that a page can ask what is new
    revision = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-book_year", "-book_number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "direction", "book_year", "book_number"], name="book_number_once"),
        ]
        indexes = [
            models.Index(fields=["unit", "direction", "-book_year", "-book_number"], name="document_book"),
            models.Index(fields=["number_key", "signed_on"], name="document_number_key"),
            models.Index(fields=["status", "unit"], name="document_status"),
            models.Index(fields=["unit", "-signed_on"], condition=Q(removed_at__isnull=True), name="document_signed"),
        ]

    def __str__(self) -> str:
        return self.called

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the number as it is compared beside the number as it is written."""
        self.number_key = number_key(self.number)[:80]
        fields = kwargs.get("update_fields")
        if fields is not None and "number" in fields:
            kwargs["update_fields"] = [*fields, "number_key"]
        super().save(*args, **kwargs)

    @property
    def moved_on(self) -> date | None:
        """The day it came in or, for what goes out, was issued."""
        return self.arrived_on if self.direction == Direction.INCOMING else self.signed_on

    @property
    def called(self) -> str:
        """Kind and number, as people call it; kind and subject where it has no number."""
        if self.number:
            return f"{self.kind} {self.number}".strip()
        subject = ordinary_case(self.subject)
        subject = subject if len(subject) <= 90 else subject[:89] + "…"
        said = " ".join(part for part in (self.kind, subject[:1].lower() + subject[1:] if self.kind else subject) if part)
        return said or (self.file.name if self.file_id and self.file else "") or f"#{self.pk}"


class Reading(models.Model):
    """What the reader made of a document's file, kept as it was read: people's decisions stand in Obligation and Slip."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="reading")
    text = models.TextField()
    # [{kind, text, section, start, end, runs: [[at in the block, at in the text, length], ...]}]
    blocks = models.JSONField(default=list)
    header = models.JSONField(default=dict)
    footnotes = models.JSONField(default=list)
    places = models.JSONField(default=list)
    loaded_as = models.CharField(max_length=10, blank=True)
    note = models.JSONField(default=str)
    reader_version = models.CharField(max_length=20)
    read_at = models.DateTimeField(auto_now_add=True)
    # of the words, for noticing the same text in another file
    fingerprint = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"reading of {self.document_id}"
