"""Tasks, those they are given to, what was reported, and the notices that go out about them."""

from khue.tasks.models.notice import Notice, NoticeChoice
from khue.tasks.models.task import Addressed, Assignment, Event, Extension, ImportBatch, Stage, Task

__all__ = ["Addressed", "Assignment", "Event", "Extension", "ImportBatch", "Notice", "NoticeChoice", "Stage", "Task"]
