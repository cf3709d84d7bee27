"""A task is one obligation; an assignment is one unit's share of it; events tell what happened, in order.

What an office reports (in time, overdue, ...) is never stored: tasks/states.py derives it from dates.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khue.core.models import StoredFile
from khue.units.models import Unit

# a figure with its three places, as much as a database that keeps numbers in eight bytes gives back as it was
MOST_FIGURE = 10**12


class ImportBatch(models.Model):
    """The tasks of one spreadsheet, so that they can be undone as one."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class Task(models.Model):
    """One obligation as a unit follows it. `document_id` and `obligation_id` point into the documents room, which
    stands above this one; `document_name` is kept so that a list needs no look-up.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tasks_given", help_text="who gave it and follows it")
    quote = models.TextField(_("nhiệm vụ"))
    note = models.TextField(_("hướng dẫn thêm"), blank=True)
    document_id = models.BigIntegerField(null=True, blank=True)
    obligation_id = models.BigIntegerField(null=True, blank=True)
    document_name = models.CharField(_("văn bản"), max_length=300, blank=True)
    section = models.CharField(_("mục"), max_length=60, blank=True)
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    due_quote = models.CharField(max_length=300, blank=True)
    recurs = models.CharField(_("lặp lại"), max_length=10, blank=True)
    # the first of a recurring task; each period is a task of its own
    series = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="occurrences")
    period = models.CharField(_("kỳ"), max_length=20, blank=True)
    series_ends_on = models.DateField(_("thôi lặp từ ngày"), null=True, blank=True)
    targets = models.JSONField(_("chỉ tiêu"), default=list)
    product = models.TextField(_("sản phẩm"), blank=True)
    # a unit's own task for its people, made of what it was given itself
    parent = models.ForeignKey("Assignment", null=True, blank=True, on_delete=models.CASCADE, related_name="subtasks", db_index=False)
    # how a unit does its work, not what was asked of it: under a share, or what a school gives itself without a document
    inward = models.BooleanField(_("việc nội bộ"), default=False)
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    given_on = models.DateField(_("ngày giao"))
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            # with the id, so that PostgreSQL finds all tasks of a unit without reading them; SQLite's have it anyway
            models.Index(fields=["unit", "due_on"], include=["id"], name="task_unit_due"),
            models.Index(fields=["document_id", "section"], name="task_document"),
            models.Index(fields=["due_on"], name="task_due"),
            models.Index(fields=["document_id", "document_name", "unit"], name="task_documents"),
            # hardly any has one: an index over all of them would look worthless to a database
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="task_parent"),
            models.Index(fields=["id"], condition=Q(inward=True), name="task_inward"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation_id", "period"],
                condition=Q(obligation_id__isnull=False, withdrawn_at__isnull=True),
                name="task_obligation_once",
            ),
            models.UniqueConstraint(fields=["series", "period"], condition=Q(series__isnull=False), name="task_period_once"),
        ]

    def __str__(self) -> str:
        return self.quote[:120]


class Addressed(models.Model):
    """To whom a task was given, as it was said then: a unit, a group or a rule, expanded on that day."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="addressed")
    ref = models.JSONField()
    label = models.CharField(max_length=300)
    is_partner = models.BooleanField(default=False)
    expanded_on = models.DateField()

    class Meta:
        ordering = ["is_partner", "id"]

    def __str__(self) -> str:
        return self.label


class Stage(models.TextChoices):
    """How far one unit's share has come on its way."""

    GIVEN = "given", _("Đã giao")
    RECEIVED = "received", _("Đã nhận")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Trả lại")
    VERIFIED = "verified", _("Hoàn thành")
    TRANSFERRED = "transferred", _("Đã chuyển")
    WITHDRAWN = "withdrawn", _("Đã thu hồi")


CLOSED = (Stage.VERIFIED, Stage.TRANSFERRED, Stage.WITHDRAWN)
OPEN = (Stage.GIVEN, Stage.RECEIVED, Stage.SUBMITTED, Stage.RETURNED)
OUT = (Stage.TRANSFERRED, Stage.WITHDRAWN)


class _StageIn(models.Func):
    """Whether a stage is one of some, with the words written out: SQLite uses a partial index only for what it can read."""

    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, stages: tuple[Stage, ...], **extra: Any) -> None:
        words = ", ".join(f"'{stage.value}'" for stage in stages)
        super().__init__(*expressions, template=f"%(expressions)s IN ({words})", **extra)


STILL_OPEN = Q(_StageIn("stage", stages=OPEN))
WAITING_FOR_A_WORD = Q(_StageIn("stage", stages=(Stage.SUBMITTED,)))


class Assignment(models.Model):
    """One unit's share of a task. `done_on` is the day of the submission that was verified."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    addressed = models.ForeignKey(Addressed, null=True, blank=True, on_delete=models.SET_NULL, related_name="assignments")
    is_partner = models.BooleanField(_("phối hợp"), default=False)
    owes = models.TextField(_("phần việc"), blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="assignments", verbose_name=_("người làm")
    )
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    stage = models.CharField(_("bước"), max_length=12, choices=Stage.choices, default=Stage.GIVEN)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField(null=True)
    percent = models.PositiveSmallIntegerField(_("phần trăm"), null=True, blank=True)
    figure = models.DecimalField(_("con số đạt được"), max_digits=16, decimal_places=3, null=True, blank=True)
    latest = models.TextField(_("báo cáo gần nhất"), blank=True)
    submitted_on = models.DateField(null=True)
    done_on = models.DateField(_("ngày hoàn thành"), null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    times_returned = models.PositiveSmallIntegerField(default=0)
    times_extended = models.PositiveSmallIntegerField(default=0)
    transferred_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="transferred_from")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["is_partner", "due_on", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "unit"], condition=~Q(stage__in=OUT), name="assignment_unit_once")]
        indexes = [
            # what is counted stands in the index itself
            models.Index(fields=["unit", "stage", "due_on", "done_on", "is_partner", "task"], name="assignment_unit_counts"),
            models.Index(fields=["task", "stage", "due_on", "done_on", "is_partner", "unit"], name="assignment_task_counts"),
            # what is open is a small part of what there ever was
            models.Index(fields=["due_on", "task", "unit", "is_partner"], condition=Q(stage__in=OPEN), name="assignment_open"),
            models.Index(fields=["task", "unit"], condition=Q(stage__in=OPEN), name="assignment_open_task"),
            models.Index(fields=["task", "submitted_on"], condition=Q(stage__in=[Stage.SUBMITTED]), name="assignment_submitted"),
            models.Index(fields=["person", "stage"], condition=Q(person__isnull=False), name="assignment_handed"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.task}"

    @property
    def share_id(self) -> int:
        """Its id; a `Standing` tells the same of the share that stood so."""
        return int(self.pk)


class EventManager(models.Manager["Event"]):
    """Whoever makes events: in the same transaction webhooks hear of them, and the standings of their shares fall due."""

    def create(self, **fields: Any) -> "Event":
        """One event."""
        made = super().create(**fields)
        _announce([made])
        return made

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list["Event"]:
        """Many events at once."""
        made = super().bulk_create(objs, *args, **options)
        _announce(made)
        return made


def _announce(events: list["Event"]) -> None:
    from khue.tasks.standing import mark
    from khue.tasks.webhooks import announce

    mark(e.assignment_id for e in events)
    announce(events)


class Event(models.Model):
    """Something that happened to an assignment; never changed, so that the whole way can be told."""

    class Kind(models.TextChoices):
        """What happened."""

        GIVEN = "given", _("giao việc")
        RECEIVED = "received", _("nhận việc")
        PERSON = "person", _("giao người làm")
        REPORT = "report", _("báo cáo tiến độ")
        SUBMITTED = "submitted", _("trình duyệt")
        RETURNED = "returned", _("trả lại")
        VERIFIED = "verified", _("duyệt hoàn thành")
        REOPENED = "reopened", _("mở lại")
        COMMENT = "comment", _("trao đổi")
        EXTENSION_ASKED = "extension_asked", _("xin gia hạn")
        EXTENDED = "extended", _("gia hạn")
        EXTENSION_REFUSED = "extension_refused", _("không gia hạn")
        EXTENSION_DROPPED = "extension_dropped", _("rút đề nghị gia hạn")
        TRANSFERRED = "transferred", _("chuyển đơn vị")
        WITHDRAWN = "withdrawn", _("thu hồi")
        DUE_MOVED = "due_moved", _("dời hạn")

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(blank=True)
    percent = models.PositiveSmallIntegerField(null=True)
    figure = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    data = models.JSONField(default=dict)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+")

    objects: ClassVar[EventManager] = EventManager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["assignment", "id"], name="event_order"),
            models.Index(fields=["at"], name="event_at"),
            models.Index(fields=["kind", "at", "assignment"], name="event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Extension(models.Model):
    """A later day asked for, with the reason, and the answer."""

    class State(models.TextChoices):
        """The answer."""

        ASKED = "asked", _("Chờ trả lời")
        GRANTED = "granted", _("Đồng ý")
        REFUSED = "refused", _("Không đồng ý")
        DROPPED = "dropped", _("Đơn vị đã rút")

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    wanted_on = models.DateField(_("xin đến ngày"))
    reason = models.TextField(_("lý do"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    granted_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["assignment"], condition=Q(state="asked"), name="extension_one_open")]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.wanted_on}"


def unit_of(thing: Any) -> int:
    """The unit that follows a task, an assignment's task, an extension's task."""
    if isinstance(thing, Task):
        return int(thing.unit_id)
    return unit_of(thing.task if isinstance(thing, Assignment) else thing.assignment)
