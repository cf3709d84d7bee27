"""Webhooks: an address outside that is told of task events, and each delivery with its answer."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khue.units.models import Unit


class Webhook(models.Model):
    """Where events of a unit's subtree are sent. The secret signs each delivery, so it is kept as it is."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("tên"), max_length=120)
    address = models.CharField(_("địa chỉ"), max_length=500)
    # kinds of Event; empty for all
    events = models.JSONField(_("tin"), default=list, blank=True)
    secret = models.CharField(max_length=64)
    active = models.BooleanField(_("đang bật"), default=True)
    # attempts that failed since the last that did not
    failures = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """Some events sent to one address; tried again with growing pauses until it is taken or given up."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("chờ gửi")
        SENT = "sent", _("đã nhận")
        FAILED = "failed", _("không gửi được")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    number = models.UUIDField(default=uuid.uuid4, unique=True)
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    # what the address said last, or why nothing could be sent
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(default=str)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["webhook", "-id"], name="delivery_list"),
        ]

    def __str__(self) -> str:
        return str(self.number)
