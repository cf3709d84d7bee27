"""Reminders of deadlines, before and after, and what goes to the leader and the giver when a deadline was missed.

`run(on)` goes from one deadline to the next: it reads the shares that are due then and writes their notices, so that neither
memory nor the time for which others wait to write grows with the number of shares. Last it writes the row that says the day
is done. Killed in between it is run again, and tells nobody twice (Notice.key). A day off has no reminders. Where the server
was off on working days, each person gets one notice for all that fell on those days.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from khue.accounts.models import Delegation, Role, RoleName, User
from khue.catalog.calendar import add_working_days, is_working_day, on_or_before, working_days_between
from khue.core.models import Slot
from khue.core.said import Said, as_data, said
from khue.tasks.choices import choices_of
from khue.tasks.models import Assignment, Notice, NoticeChoice, Stage
from khue.tasks.models.task import CLOSED
from khue.tasks.telling import people_at, short
from khue.tasks.when import MOST, Mark, escalates_on, latest
from khue.units.models import UnitSpell, holds_on

DONE = "tasks.reminders:done"
# the kinds of notices that are made here
KINDS = ("before", "due", "late", "missed", "escalated")
AT_ONCE = 1000
# what is read of a share
_READ = ("task__quote", "task__unit", "unit__name", "unit__short_name", "unit__kind", "person", "due_on", "is_partner")


def run(on: date) -> int:
    """Makes the reminders of a day; returns how many are new. Doing it again makes nothing twice."""
    if not is_working_day(on):
        return 0
    of_the_day = Notice.objects.filter(day=on, kind__in=KINDS)
    before = of_the_day.count()
    for notices in _Day(on, _last_done(on)).parts():
        Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=AT_ONCE)
    Slot.objects.get_or_create(job=DONE, slot=on.isoformat())
    return of_the_day.count() - before


def done(on: date) -> bool:
    """Whether the reminders of a day were made."""
    return Slot.objects.filter(job=DONE, slot=on.isoformat()).exists()


def _last_done(on: date) -> date:
    """The last day before `on` whose reminders were made; the day before where there is none."""
    slot = Slot.objects.filter(job=DONE, slot__lt=on.isoformat()).order_by("-slot").values_list("slot", flat=True).first()
    return date.fromisoformat(slot) if slot else on - timedelta(days=1)


def open_shares(on: date) -> QuerySet[Assignment]:
    """Shares with a deadline that wait for their unit: not closed, not waiting to be verified, the unit standing that day."""
    standing = UnitSpell.objects.filter(holds_on(on), unit=OuterRef("unit"))
    shares = Assignment.objects.exclude(stage__in=(*CLOSED, Stage.SUBMITTED)).filter(due_on__isnull=False, task__withdrawn_at__isnull=True)
    shares = shares.filter(Exists(standing), Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gt=on))
    return shares.select_related("task", "unit").only(*_READ)


@dataclass
class _Day:
    """One day's work. `since` is the day whose reminders were the last to be made."""

    on: date
    since: date
    made: list[Notice] = field(default_factory=list)
    # {person: how many reminders fell on days when the server was off: (passed, not yet passed)}
    missed: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def parts(self) -> Iterator[list[Notice]]:
        """Every notice of the day, deadline by deadline; last what was missed while the server was off."""
        for due in self._deadlines():
            self._about(list(open_shares(self.on).filter(due_on=due).order_by("task_id", "pk")))
            yield self._made()
        for user, (late, soon) in self.missed.items():
            self._add(user, "missed", f"missed-{self.on}", _missed(late, soon), address="/viec/")
        yield self._made()

    def _made(self) -> list[Notice]:
        made, self.made = self.made, []
        return made

    def _deadlines(self) -> list[date]:
        """Those of open shares of which anybody may have to be told today, whatever was chosen."""
        there = open_shares(self.on).filter(due_on__lte=add_working_days(self.on, MOST)).order_by().values_list("due_on", flat=True)
        ways = {(tuple(c.days_before), tuple(c.days_after)) for c in (NoticeChoice(), *NoticeChoice.objects.all())}
        days = sorted(day for day in set(there.distinct()) if day)
        return [d for d in days if self._escalates(d) or any(latest(d, *way, self.since, self.on) for way in ways)]

    def _escalates(self, due: date | None) -> bool:
        return self.since < escalates_on(due or self.on) <= self.on

    def _about(self, shares: list[Assignment]) -> None:
        """The notices of shares with one deadline."""
        people = self._people(shares)
        choices = choices_of(u for users in people.values() for u in users)
        for share in shares:
            for user in people[share.pk]:
                choice = choices[user]
                assert share.due_on is not None
                mark = latest(share.due_on, tuple(choice.days_before), tuple(choice.days_after), self.since, self.on)
                if mark is not None:
                    self._remind(user, share, mark)
        self._escalate([s for s in shares if not s.is_partner and self._escalates(s.due_on)])

    def _people(self, shares: list[Assignment]) -> dict[int, list[int]]:
        """{share: whom to remind}: its person, or else the people of the unit; with those who stand in for them."""
        named = {s.person_id for s in shares if s.person_id}
        active = set(User.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
        at_unit = people_at({s.unit_id for s in shares}, "tasks.report", self.on)
        stand_ins = self._stand_ins
        found = {}
        for share in shares:
            own = [share.person_id] if share.person_id in active else at_unit.get(share.unit_id, [])
            found[share.pk] = list(dict.fromkeys(u for o in own if o is not None for u in (o, *stand_ins.get(o, ()))))
        return found

    @cached_property
    def _stand_ins(self) -> dict[int, list[int]]:
        away = Delegation.objects.filter(revoked_at__isnull=True, starts_on__lte=self.on, ends_on__gte=self.on, taker__is_active=True)
        found: dict[int, list[int]] = {}
        for giver, taker in away.values_list("giver_id", "taker_id"):
            found.setdefault(giver, []).append(taker)
        return found

    def _remind(self, user: int, share: Assignment, mark: Mark) -> None:
        if mark.day != self.on:
            self.missed[user][0 if mark.late else 1] += 1
            return
        kind = "late" if mark.late else "due" if mark.name == "due" else "before"
        self._add(user, kind, f"{mark.name}-{share.pk}-{share.due_on}", self._words(share, mark), share=share)

    def _words(self, share: Assignment, mark: Mark) -> Said:
        due = share.due_on
        assert due is not None
        parts = {"due": f"{due:%d/%m/%Y}", "quote": short(share.task.quote)}
        if mark.late:
            return said("Quá hạn {n} ngày làm việc (hạn {due}): {quote}", n=working_days_between(due, self.on), **parts)
        if mark.name != "due":
            return said("Còn {n} ngày làm việc đến hạn {due}: {quote}", n=working_days_between(self.on, on_or_before(due)), **parts)
        if due == self.on:
            return said("Hôm nay đến hạn: {quote}", **parts)
        return said("Hạn {due} là ngày nghỉ, nên xong trong hôm nay: {quote}", **parts)

    def _escalate(self, shares: list[Assignment]) -> None:
        """The giver learns once for each task, the leader of a unit once for each share."""
        verifiers = people_at({s.task.unit_id for s in shares}, "tasks.verify", self.on)
        leaders = _leaders_at({s.unit_id for s in shares}, self.on)
        by_task: dict[tuple[int, date | None], list[Assignment]] = {}
        for share in shares:
            by_task.setdefault((share.task_id, share.due_on), []).append(share)
            told = set(verifiers.get(share.task.unit_id, []))
            words = said("Đơn vị quá hạn {n} ngày làm việc: {quote}", n=self._late(share), quote=short(share.task.quote))
            for user in leaders.get(share.unit_id, []):
                if user not in told:
                    self._add(user, "escalated", f"up-{share.pk}-{share.due_on}", words, share=share)
        for (task, due), late in by_task.items():
            words = _to_giver(late, self._late(late[0]))
            for user in verifiers.get(late[0].task.unit_id, []):
                self._add(user, "escalated", f"up-task-{task}-{due}", words, address=f"/viec/{task}/")

    def _late(self, share: Assignment) -> int:
        return working_days_between(share.due_on or self.on, self.on)

    def _add(self, user: int, kind: str, key: str, words: Said, *, share: Assignment | None = None, address: str = "") -> None:
        address = address or (f"/viec/{share.task_id}/?phan={share.pk}#p{share.pk}" if share else "")
        self.made.append(
            Notice(
                user_id=user,
                kind=kind,
                key=key[:120],
                text=as_data(words),
                address=address,
                assignment_id=share.pk if share else None,
                day=self.on,
            )
        )


def _missed(late: int, soon: int) -> Said:
    if not soon:
        return said("Trong những ngày hệ thống ngừng có {late} việc quá hạn.", late=late)
    if not late:
        return said("Trong những ngày hệ thống ngừng có {soon} việc sắp đến hạn.", soon=soon)
    return said("Trong những ngày hệ thống ngừng có {late} việc quá hạn, {soon} việc sắp đến hạn.", late=late, soon=soon)


def _to_giver(late: list[Assignment], days: int) -> Said:
    quote = short(late[0].task.quote)
    if len(late) == 1:
        return said("{unit} quá hạn {n} ngày làm việc: {quote}", unit=late[0].unit.called, n=days, quote=quote)
    return said("{count} đơn vị quá hạn {n} ngày làm việc: {quote}", count=len(late), n=days, quote=quote)


def _leaders_at(unit_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    rows = Role.objects.filter(holds_on(on), unit_id__in=list(unit_ids), role=RoleName.LEADER, user__is_active=True)
    found: dict[int, list[int]] = {}
    for unit, user in rows.values_list("unit_id", "user_id").distinct():
        found.setdefault(unit, []).append(user)
    return found
