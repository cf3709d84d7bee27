"""Tasks, those they are given to, what was reported, and the notices that go out about them."""

from khue.tasks.models.notice import FeedSecret, Notice, NoticeChoice
from khue.tasks.models.task import Addressed, Assignment, Event, Extension, ImportBatch, Stage, Task

__all__ = ["Addressed", "Assignment", "Event", "Extension", "FeedSecret", "ImportBatch", "Notice", "NoticeChoice", "Stage", "Task"]
