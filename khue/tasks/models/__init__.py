"""Tasks, those they are given to, what was reported, the notices that go out about them, and what a unit says of its record."""

from khue.tasks.models.former_due import FormerDue
from khue.tasks.models.notice import FeedSecret, Notice, NoticeChoice
from khue.tasks.models.standing import Standing, Unplayed
from khue.tasks.models.task import Addressed, Assignment, Event, Extension, ImportBatch, Stage, Task
from khue.tasks.models.webhook import Delivery, Webhook
from khue.tasks.models.word import UnitWord

__all__ = [
    "Addressed",
    "Assignment",
    "Delivery",
    "Event",
    "Extension",
    "FeedSecret",
    "FormerDue",
    "ImportBatch",
    "Notice",
    "NoticeChoice",
    "Stage",
    "Standing",
    "Task",
    "UnitWord",
    "Unplayed",
    "Webhook",
]
