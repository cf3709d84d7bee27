"""What people are told, once each: in the app, by e-mail, in a daily digest."""

from datetime import time

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def usual_before() -> list[int]:
    """So many working days before a deadline one is reminded, unless one chose otherwise."""
    return [7, 3, 1]


def usual_after() -> list[int]:
    """So many working days after a deadline; then every week."""
    return [1, 3, 7]


class Notice(models.Model):
    """One thing that one person is told. `key` makes it once: what happened, to which assignment, on which day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    # a sentence with its parts (core/said.py), so that it is said in the reader's language
    text = models.JSONField()
    address = models.CharField(max_length=200, blank=True)
    assignment_id = models.BigIntegerField(null=True)
    day = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    # when a process took it to send it, and when it was sent; see tasks/letters.py
    claimed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "read_at", "-id"], name="notice_unread"),
            models.Index(fields=["mailed_at", "day"], name="notice_mail"),
        ]

    def __str__(self) -> str:
        return self.key


class NoticeChoice(models.Model):
    """How a person wants to be told; somebody without a row has the defaults."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choice")
    by_mail = models.BooleanField(_("gửi cả thư điện tử"), default=True)
    digest = models.BooleanField(_("gộp thành một thư mỗi ngày làm việc"), default=True)
    quiet_from = models.TimeField(_("không làm phiền từ"), default=time(19, 0))
    quiet_to = models.TimeField(_("đến"), default=time(6, 30))
    days_before = models.JSONField(_("nhắc trước hạn (ngày làm việc)"), default=usual_before, blank=True)
    days_after = models.JSONField(_("nhắc sau hạn (ngày làm việc)"), default=usual_after, blank=True)

    def __str__(self) -> str:
        return str(self.user_id)


class FeedSecret(models.Model):
    """The secret in the address of a person's calendar. It must be shown again, so it is kept as it is; a new one ends the old."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_secret")
    secret = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.user_id)
