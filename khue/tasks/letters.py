"""Letters about notices: at once, or gathered into one each working morning, as each person chose.

Who gets one: active people with an address who want letters, about what they have not read yet in the pages.

* Quiet hours (Vietnam's clock): nothing goes out; what waited goes out afterwards.
* At once: at the next quarter of an hour outside the quiet hours, also on a day off, because somebody did something just then.
* Daily: on working days from 7:00 or the end of the quiet hours on, what came before that hour and the reminders of the
  day; at most one a day. It waits until the reminders of the day are made.

**Once.** A letter takes its notices (`claimed_at`, committed), is handed to the mail server outside any transaction, then
marks them (`mailed_at`, one statement). A process killed before the server took the letter: the claim ends after `LEASE`
and the letter goes out then. Killed in the moment between the server's yes and the mark: that one letter, and no other,
goes out a second time, with the same Message-ID, by which mail programs know it again. A server that refuses gives the
claim back at once.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from khue.accounts.models import User
from khue.catalog.calendar import is_working_day
from khue.core.spoken import speak_data
from khue.tasks import reminders
from khue.tasks.choices import choices_of
from khue.tasks.models import Notice, NoticeChoice

log = logging.getLogger("khue.mail")
DIGEST_FROM = time(7, 0)
# a claim is given up after so long; no mail server is waited for that long
LEASE = timedelta(minutes=15)
# what lies longer than that is no news
OLDEST = timedelta(days=14)

GROUPS: tuple[tuple[Promise, frozenset[str]], ...] = (
    (gettext_lazy("Quá hạn"), frozenset({"late", "escalated", "missed"})),
    (gettext_lazy("Sắp đến hạn"), frozenset({"before", "due"})),
    (gettext_lazy("Việc mới"), frozenset({"given", "person"})),
    (gettext_lazy("Chờ duyệt"), frozenset({"submitted", "extension_asked"})),
    (gettext_lazy("Tin khác"), frozenset()),
)


def send_due() -> int:
    """Sends every letter that may go out now; returns how many the mail server took."""
    moment = timezone.localtime()
    waiting = _waiting(moment)
    people = list(User.objects.filter(pk__in=waiting.values("user_id"), is_active=True).exclude(email="").order_by("pk"))
    choices = choices_of(p.pk for p in people)
    due = [(p, choices[p.pk]) for p in people if choices[p.pk].by_mail and not in_quiet_hours(choices[p.pk], moment.time())]
    if not due:
        return 0
    post = _Post(moment)
    try:
        return sum(post.send(person, choice) for person, choice in due)
    finally:
        post.close()


def in_quiet_hours(choice: NoticeChoice, at: time) -> bool:
    """Whether a person does not want to be disturbed at that time; two equal times mean never."""
    start, end = choice.quiet_from, choice.quiet_to
    return start <= at < end if start <= end else at >= start or at < end


def _waiting(moment: datetime) -> "QuerySet[Notice]":
    """What was neither read nor sent, and is not being sent by a process that lives."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=moment - LEASE)
    return Notice.objects.filter(free, mailed_at__isnull=True, read_at__isnull=True, day__gte=moment.date() - OLDEST)


def _in_digest(waiting: "QuerySet[Notice]", user: User, choice: NoticeChoice, moment: datetime) -> "QuerySet[Notice]":
    """What goes into the letter of the day, if now is the time for it and none went out yet."""
    today = moment.date()
    opens = max(DIGEST_FROM, choice.quiet_to) if choice.quiet_to < choice.quiet_from else DIGEST_FROM
    if not is_working_day(today) or moment.time() < opens or not reminders.done(today):
        return waiting.none()
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    sent = Q(mailed_at__gte=midnight) | Q(mailed_at__isnull=True, claimed_at__gte=moment - LEASE)
    if Notice.objects.filter(sent, user=user).exists():
        return waiting.none()
    return waiting.filter(Q(at__lt=midnight.replace(hour=opens.hour, minute=opens.minute)) | Q(day=today, kind__in=reminders.KINDS))


class _Post:
    """Hands letters to the mail server, one connection for all of them; after it failed to answer, no more this time."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.connection = get_connection(fail_silently=False)
        self.down = False

    def send(self, user: User, choice: NoticeChoice) -> bool:
        """One person's letter, if there is one now. False where nothing was sent."""
        taken = [] if self.down else self._claim(user, choice)
        if not taken:
            return False
        try:
            self.connection.open()
            letter(user, taken, self.moment.date(), self.connection).send()
        except OSError as error:
            self._failed(user, taken, error)
            return False
        Notice.objects.filter(pk__in=[n.pk for n in taken]).update(mailed_at=timezone.now())
        return True

    @transaction.atomic
    def _claim(self, user: User, choice: NoticeChoice) -> list[Notice]:
        # the person's row is the lock: two processes never put the same notice, or two digests, into letters
        User.objects.select_for_update().filter(pk=user.pk).first()
        waiting = _waiting(self.moment).filter(user=user)
        chosen = _in_digest(waiting, user, choice, self.moment) if choice.digest else waiting
        taken = list(chosen.order_by("id"))
        Notice.objects.filter(pk__in=[n.pk for n in taken]).update(claimed_at=timezone.now())
        return taken

    def _failed(self, user: User, taken: list[Notice], error: OSError) -> None:
        Notice.objects.filter(pk__in=[n.pk for n in taken], mailed_at__isnull=True).update(claimed_at=None)
        log.error("letter not sent", extra={"user": user.pk, "notices": len(taken), "error": f"{type(error).__name__}: {error}"})
        # one address that is refused stops nobody else; a server that is not there is not asked again for each
        self.down = not hasattr(error, "smtp_code") and not hasattr(error, "recipients")

    def close(self) -> None:
        """Ends the connection, whatever state it is in."""
        try:
            self.connection.close()
        except OSError as error:
            log.warning("mail connection", extra={"error": type(error).__name__})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a letter."""

    text: str
    link: str


def letter(user: User, notices: Iterable[Notice], day: date, connection: Any = None) -> EmailMultiAlternatives:
    """The letter with these notices, in the reader's language, as plain text and as simple HTML."""
    notices = list(notices)
    with translation.override(user.language or "vi"):
        groups = _grouped(notices)
        choice = settings.BASE_URL + reverse("tasks:notice-choice")
        context = {"user": user, "day": day, "groups": groups, "choice": choice, "count": len(notices)}
        subject = _subject(notices, groups, day)
        message = EmailMultiAlternatives(
            subject,
            render_to_string("tasks/letters/notices.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [user.email],
            connection=connection,
        )
        message.attach_alternative(render_to_string("tasks/letters/notices.html", context), "text/html")
    message.extra_headers = {
        "List-Unsubscribe": f"<{choice}>",
        "Message-ID": f"<{_number(notices)}@khue>",
        "Auto-Submitted": "auto-generated",
    }
    return message


def _number(notices: list[Notice]) -> str:
    return hashlib.sha256(",".join(str(n.pk) for n in notices).encode()).hexdigest()[:32]


def _subject(notices: list[Notice], groups: list[tuple[str, list[Line]]], day: date) -> str:
    if len(notices) == 1:
        return _one_line(groups[0][1][0].text)
    parts = [f"{name.lower()} {len(lines)}" for name, lines in groups]
    words = ngettext("Khuê, {day}: {count} tin ({parts})", "Khuê, {day}: {count} tin ({parts})", len(notices))
    return _one_line(words.format(day=f"{day:%d/%m/%Y}", count=len(notices), parts=", ".join(parts)))


def _one_line(text: str) -> str:
    """A subject may hold no line break; a sentence of a directive may."""
    return " ".join(text.split())[:200]


def group_of(kind: str) -> int:
    """The place of a notice's group among GROUPS."""
    return next((n for n, (_name, kinds) in enumerate(GROUPS) if kind in kinds), len(GROUPS) - 1)


def _grouped(notices: list[Notice]) -> list[tuple[str, list[Line]]]:
    found: list[list[Line]] = [[] for _group in GROUPS]
    for notice in notices:
        link = settings.BASE_URL + notice.address if notice.address else ""
        found[group_of(notice.kind)].append(Line(_one_line(speak_data(notice.text)), link))
    return [(str(name), lines) for (name, _kinds), lines in zip(GROUPS, found, strict=True) if lines]
