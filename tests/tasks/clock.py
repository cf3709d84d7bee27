"""A clock that stands where a test puts it."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock:
    """Every `timezone.now()` gives this moment of Vietnam's time."""

    def __init__(self, monkeypatch, day: date, at: time = time(8)) -> None:
        self.set(day, at)
        monkeypatch.setattr(timezone, "now", lambda: self.moment)

    def set(self, day: date, at: time = time(8)) -> None:
        self.moment = datetime.combine(day, at, ZONE)
