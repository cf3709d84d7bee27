"""What every room writes: the action log, and the answers to requests that may come twice."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.Model):
    """One change of data: who, when, on whose behalf, what, and each field's value before and after."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=40)
    target_id = models.BigIntegerField(null=True)
    target_name = models.CharField(max_length=300, blank=True)
    unit_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["target_type", "target_id", "-id"], name="action_target"),
            models.Index(fields=["unit_id", "-id"], name="action_unit"),
            models.Index(fields=["by", "-id"], name="action_by"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type} {self.target_id}"


class Submission(models.Model):
    """The answer to a request that a browser may send twice; the second time it is given again and nothing happens."""

    key = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=60)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="submission_once")]

    def __str__(self) -> str:
        return self.key


class StoredFile(models.Model):
    """A file that was taken in. The bytes lie under their hash, once, and never change."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    name = models.CharField(_("tên tệp"), max_length=255)
    kind = models.CharField(max_length=10)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class SearchEntry(models.Model):
    """One thing that can be found. `words` are folded with tones, `plain` without; see core/search.py."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True, db_index=True)
    title = models.CharField(max_length=500)
    words = models.TextField()
    plain = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_once")]
        # the full text index of SQLite finds ids of every kind: those of one are told apart without reading the texts
        indexes = [models.Index(fields=["kind", "id", "object_id"], name="search_kind")]

    def __str__(self) -> str:
        return self.title


class SavedFilter(models.Model):
    """A list's filters under a name: one's own, or shared with everybody of a unit's subtree."""

    page = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    query = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["page", "by", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name


class Slot(models.Model):
    """A moment of the timetable (core/schedule.py) that somebody took: one row for a job and a day or quarter of an hour."""

    job = models.CharField(max_length=60)
    slot = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"
