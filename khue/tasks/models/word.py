"""What a unit itself says beside the figures that others read about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khue.tasks.models.task import Assignment
from khue.units.models import Unit


class UnitWord(models.Model):
    """A unit's own word on a period or on one of its shares. It is never changed; a later one stands beside it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="words")
    assignment = models.ForeignKey(Assignment, null=True, blank=True, on_delete=models.CASCADE, related_name="words")
    first_on = models.DateField(_("từ ngày"), null=True, blank=True)
    last_on = models.DateField(_("đến ngày"), null=True, blank=True)
    text = models.TextField(_("ý kiến của đơn vị"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["unit", "first_on"], name="word_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(assignment__isnull=False, first_on__isnull=True, last_on__isnull=True)
                | Q(assignment__isnull=True, first_on__isnull=False, last_on__gte=models.F("first_on")),
                name="word_of_share_or_period",
            )
        ]

    def __str__(self) -> str:
        return self.text[:120]
