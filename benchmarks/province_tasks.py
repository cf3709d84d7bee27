"""Tasks of a made-up province, their shares, and what became of them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.bulk import Table, index_in, search_entries
from khue.accounts.models import Role, RoleName
from khue.core.models import Action
from khue.documents.models import Document
from khue.tasks.models import Addressed, Assignment, Event, Extension, Stage, Standing, Task
from khue.units.groups import unit_ref
from khue.units.models import Unit
from khue.units.tree import today

if TYPE_CHECKING:
    from benchmarks.province import Province

_SAID = (
    "Đã rà soát xong",
    "Đã gửi báo cáo",
    "Đang phối hợp với công an xã",
    "Còn thiếu hai lớp",
    "Đã tập huấn cho giáo viên",
    "Chờ kinh phí",
)


class Writer:
    """Tasks, shares, events and wishes for more time, chunk by chunk."""

    def __init__(self, province: "Province") -> None:
        self.province, self.random, self.day = province, province.random, today()
        self.by = province.somebody(province.department, RoleName.SPECIALIST).pk
        self.tasks = Table(
            Task,
            "unit_id",
            "quote",
            "document_id",
            "obligation_id",
            "document_name",
            "section",
            "due_on",
            "given_on",
            "created_at",
            created_by_id=self.by,
        )
        self.addressed = Table(Addressed, "task_id", "ref", "label", "is_partner", "expanded_on", parents=[self.tasks])
        self.shares = Table(
            Assignment, "task_id", "unit_id", "addressed_id", "is_partner", "due_on", "stage", "started_on", "percent", "latest",
            "submitted_on", "done_on", "times_returned", "times_extended", "person_id", parents=[self.addressed],
        )  # fmt: skip
        self.events = Table(Event, "assignment_id", "kind", "by_id", "at", "text", "percent", "data", parents=[self.shares])
        self.stood = Table(
            Standing, "assignment_id", "since", "until", "task_id", "unit_id", "is_partner", "due_on", "stage", "started_on", "done_on",
            "percent", "latest", "times_returned", "times_extended", parents=[self.shares],
        )  # fmt: skip
        self.wishes = Table(Extension, "assignment_id", "wanted_on", "reason", "state", parents=[self.shares], asked_by_id=self.by)
        self.actions = Table(Action, "at", "by_id", "verb", "target_type", "target_id", "target_name", "unit_id", changes={})
        self.entries = search_entries()
        self.first = self.shares.next_id
        self.heads = dict(Role.objects.filter(valid_to__isnull=True, role=RoleName.LEADER).values_list("unit_id", "user_id"))

    def task(self, n: int, document: Document, obligation: int, section: str, quote: str) -> tuple[int, int]:
        """One obligation given out; returns the task's id and how many units it went to."""
        given = document.signed_on or self.day
        due = None if n % 10 == 0 else given + timedelta(days=14 + n * 37 % 280)
        place = self.province.units["commune"][n % len(self.province.units["commune"])].name.removeprefix("UBND ")
        words = f"{quote.rstrip('.;')} (tại {place}, lần {n % 7 + 1})."
        at = datetime.combine(given, datetime.min.time())
        pk = self.tasks.add(document.unit_id, words, document.pk, obligation, document.called, section, due, given, at)
        index_in(self.entries, "task", pk, document.unit_id, words[:200], [words, document.called])
        self.actions.add(at, self.by, "task.given", "task", pk, words[:120], document.unit_id)
        ref, label, units = self.province.addressed(n, document.unit)
        self._give(pk, ref, label, units, given, due, partner=False)
        if n % 3 == 0:
            helper = self.province.units["commune"][(n * 7) % len(self.province.units["commune"])]
            if helper not in units:
                self._give(pk, unit_ref(helper.pk), helper.name, [helper], given, due, partner=True)
        return pk, len(units)

    def _give(self, task: int, ref: Any, label: str, units: list[Unit], given: date, due: date | None, *, partner: bool) -> None:
        addressed = self.addressed.add(task, ref, label, partner, given)
        for unit in units:
            self._share(task, unit.pk, addressed, given, due, partner)

    def _share(self, task: int, unit: int, addressed: int, given: date, due: date | None, partner: bool) -> None:
        dice = self.random.random()
        passed = due is not None and due < self.day
        returned, extended = int(dice * 1000) % 16 == 0, int(dice * 1000) % 25 == 0 and due is not None
        if extended and due:
            due += timedelta(days=15)
        began = min(given + timedelta(days=int(dice * 60) + 1), self.day)
        stage, submitted, done = Stage.GIVEN, None, None
        if dice < (0.80 if passed else 0.25):
            last = due if due and dice * 100 % 4 > 1 else self.day
            done = max(given, min(self.day, last - timedelta(days=int(dice * 200) % 20)))
            stage, submitted = Stage.VERIFIED, done
        elif dice < (0.81 if passed else 0.27):
            stage, submitted = Stage.SUBMITTED, min(self.day, began + timedelta(days=9))
        elif returned:
            stage = Stage.RETURNED
        elif dice > 0.985:
            stage = Stage.TRANSFERRED if dice > 0.99 else Stage.WITHDRAWN
        elif dice < (0.95 if passed else 0.7):
            stage = Stage.RECEIVED
        begun = (
            began
            if stage in (Stage.VERIFIED, Stage.SUBMITTED, Stage.RETURNED) or (stage == Stage.RECEIVED and dice * 1000 % 2 > 1)
            else None
        )
        percent = 100 if submitted else int(dice * 90) if begun else None
        begun = min(begun, done) if begun and done else begun
        said = _SAID[int(dice * 600) % 6] if begun else ""
        pk = self.shares.add(
            task, unit, addressed, partner, due, stage, begun, percent, said, submitted, done, int(returned), int(extended),
            self.heads.get(unit) if int(dice * 9000) % 3 == 0 else None,
        )  # fmt: skip
        self._standings(pk, (task, unit, partner, due), given, begun, done, stage, said, (int(returned), int(extended)))
        if pk % 10 == 0 or stage == Stage.SUBMITTED:
            self._events(pk, given, began, submitted, done, returned, due if extended else None)
        if pk % 500 == 3 and stage in (Stage.GIVEN, Stage.RECEIVED) and due:
            self.wishes.add(pk, due + timedelta(days=20), "Chờ kinh phí", Extension.State.ASKED)

    def _standings(
        self,
        share: int,
        about: tuple[int, int, bool, date | None],
        given: date,
        begun: date | None,
        done: date | None,
        stage: str,
        said: str,
        times: tuple[int, int],
    ) -> None:
        """What tasks/standing.py would play: given, begun, done or passed on, each from its own day."""
        if stage in (Stage.TRANSFERRED, Stage.WITHDRAWN):
            self.stood.add(share, given, given + timedelta(days=9), *about, Stage.GIVEN, None, None, None, "", 0, 0)
            return
        way: list[tuple[date, Any]] = [(given, Stage.GIVEN)]
        if begun and begun > given:
            way.append((begun, Stage.RECEIVED))
        if done or stage == Stage.SUBMITTED:
            way.append((max(done or self.day, way[-1][0] + timedelta(days=1)), stage))
        for n, (since, then) in enumerate(way):
            until = way[n + 1][0] if n + 1 < len(way) else None
            started = begun if n else None
            over = done if then == Stage.VERIFIED else None
            told = (None, said, *times) if n else (None, "", 0, 0)
            self.stood.add(share, since, until, *about, then, started, over, *told)

    def _events(
        self, share: int, given: date, began: date, submitted: date | None, done: date | None, returned: bool, due: date | None
    ) -> None:
        way: list[tuple[date | None, str, str, int | None, Any]] = [
            (given, Event.Kind.GIVEN, "", None, {}),
            (began, Event.Kind.REPORT, _SAID[share % 6], share % 90, {}),
            (began if returned else None, Event.Kind.RETURNED, "Thiếu số liệu", None, {}),
            (due and began, Event.Kind.EXTENDED, "Đồng ý", None, {"to": due and due.isoformat()}),
            (submitted, Event.Kind.SUBMITTED, _SAID[share % 5], 100, {}),
            (done, Event.Kind.VERIFIED, "", None, {}),
        ]
        for day, kind, text, percent, data in way:
            if day:
                self.events.add(share, kind, self.by, datetime.combine(day, datetime.min.time()), text, percent, data)

    def close(self) -> int:
        """Writes what is left; how many shares there are now."""
        for table in (self.tasks, self.addressed, self.shares, self.stood, self.events, self.wishes, self.actions, self.entries):
            table.flush()
        return self.shares.next_id - self.first
