import smtplib
from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from khue.core.said import as_data, said
from khue.tasks import letters, reminders
from khue.tasks.choices import choose
from khue.tasks.models import Notice, NoticeChoice
from tests.factories import make_user
from tests.tasks.clock import Clock

pytestmark = pytest.mark.django_db
# a Monday
DAY = date(2024, 3, 4)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, DAY, time(6))


@pytest.fixture
def reader(clock):
    return make_user(name="Lý Thị Mẩy", email="may@truong.example")


def tell(user, text="Việc mới: Báo cáo", kind="given", key=None, **more):
    number = Notice.objects.count()
    return Notice.objects.create(
        user=user,
        kind=kind,
        key=key or f"k{number}",
        text=as_data(said(text)),
        address=f"/viec/{number}/",
        day=timezone.localdate(),
        **more,
    )


def morning(clock, day=DAY, at=time(7, 15)):
    """The reminders of the day are made, then letters go out."""
    clock.set(day, time(0, 5))
    reminders.run(day)
    clock.set(day, at)
    return letters.send_due()


def at_once(user, **more):
    return choose(user, by=user, digest=False, **more)


def test_a_letter_a_day_gathers_what_came_since_yesterday(clock, reader, settings):
    settings.BASE_URL = "https://khue.example"
    for text, kind in (
        ("Quá hạn 3 ngày", "late"),
        ("Còn 1 ngày", "before"),
        ("Việc mới: A", "given"),
        ("Trường trình duyệt: B", "submitted"),
    ):
        tell(reader, text, kind)
    assert morning(clock) == 1
    (letter,) = mail.outbox
    assert letter.to == ["may@truong.example"]
    assert letter.subject == "Khuê, 04/03/2024: 4 tin (quá hạn 1, sắp đến hạn 1, việc mới 1, chờ duyệt 1)"
    places = [letter.body.index(w) for w in ("Lý Thị Mẩy", "Quá hạn (1)", "Sắp đến hạn (1)", "Việc mới (1)", "Chờ duyệt (1)")]
    assert places == sorted(places)
    assert "- Việc mới: A\n  https://khue.example/viec/2/" in letter.body
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert '<a href="https://khue.example/viec/2/">Việc mới: A</a>' in html
    assert letter.extra_headers["List-Unsubscribe"] == "<https://khue.example/viec/thong-bao/cach-nhan/>"
    assert "https://khue.example/viec/thong-bao/cach-nhan/" in letter.body


def test_it_is_sent_once(clock, reader):
    tell(reader)
    assert [morning(clock), letters.send_due(), letters.send_due()] == [1, 0, 0]
    assert Notice.objects.get().mailed_at is not None


def test_what_comes_after_the_morning_waits_for_the_next_one(clock, reader):
    tell(reader, "Sớm")
    morning(clock)
    clock.set(DAY, time(10))
    tell(reader, "Muộn")
    assert letters.send_due() == 0
    assert morning(clock, DAY + timedelta(days=1)) == 1
    assert "Muộn" in mail.outbox[1].body
    assert "Sớm" not in mail.outbox[1].body


def test_nothing_in_the_morning_and_something_at_ten_is_no_letter_that_day(clock, reader):
    assert morning(clock) == 0
    clock.set(DAY, time(10))
    tell(reader)
    assert letters.send_due() == 0


def test_a_server_that_starts_at_nine_still_sends_the_letter_of_the_day(clock, reader):
    clock.set(DAY, time(9))
    assert letters.send_due() == 0
    reminders.run(DAY)
    tell(reader, "Hôm nay đến hạn", "due")
    assert letters.send_due() == 1
    tell(reader, "Còn 1 ngày", "before")
    assert letters.send_due() == 0


def test_the_letter_waits_until_the_reminders_of_the_day_are_made(clock, reader):
    tell(reader)
    clock.set(DAY, time(8))
    assert letters.send_due() == 0
    reminders.run(DAY)
    assert letters.send_due() == 1


@pytest.mark.parametrize("day", [date(2024, 2, 10), date(2024, 3, 9), date(2024, 4, 29)])
def test_no_letter_of_the_day_on_a_day_off(clock, reader, day):
    clock.set(day, time(6))
    tell(reader)
    assert morning(clock, day) == 0


def test_at_once_means_at_once_also_on_a_sunday(clock, reader):
    at_once(reader)
    clock.set(date(2024, 3, 3), time(9))
    tell(reader, "Công điện về mưa lũ")
    assert letters.send_due() == 1
    assert mail.outbox[0].subject == "Công điện về mưa lũ"


@pytest.mark.parametrize(("at", "sent"), [(time(18, 59), 1), (time(19), 0), (time(23), 0), (time(6, 29), 0), (time(6, 30), 1)])
def test_quiet_hours_are_quiet(clock, reader, at, sent):
    at_once(reader)
    clock.set(DAY, at)
    tell(reader)
    assert letters.send_due() == sent


def test_what_waited_through_the_quiet_hours_goes_out_after(clock, reader):
    at_once(reader, quiet_from=time(12), quiet_to=time(13, 30))
    clock.set(DAY, time(12, 30))
    tell(reader)
    assert letters.send_due() == 0
    clock.set(DAY, time(13, 30))
    assert letters.send_due() == 1


def test_a_late_end_of_the_quiet_hours_puts_the_letter_of_the_day_off(clock, reader):
    choose(reader, by=reader, quiet_to=time(9))
    tell(reader)
    assert morning(clock, at=time(8)) == 0
    clock.set(DAY, time(9))
    assert letters.send_due() == 1


@pytest.mark.parametrize(
    ("start", "end", "at", "quiet"),
    [
        ("19:00", "06:30", "00:00", True),
        ("12:00", "13:00", "12:59", True),
        ("12:00", "13:00", "13:00", False),
        ("08:00", "08:00", "08:00", False),
    ],
)
def test_hours_may_cross_midnight_or_be_none(start, end, at, quiet):
    choice = NoticeChoice(quiet_from=time.fromisoformat(start), quiet_to=time.fromisoformat(end))
    assert letters.in_quiet_hours(choice, time.fromisoformat(at)) is quiet


def test_who_wants_none_has_no_address_or_left_gets_none(clock, reader):
    choose(reader, by=reader, by_mail=False)
    gone = make_user(email="gone@truong.example", is_active=False)
    nowhere = make_user()
    for user in (reader, gone, nowhere):
        tell(user)
    assert morning(clock) == 0


def test_what_was_read_already_is_not_written_again(clock, reader):
    tell(reader, read_at=timezone.now())
    assert morning(clock) == 0


def test_it_is_in_the_readers_language(clock, reader):
    reader.language = "en"
    reader.save()
    tell(reader, kind="late")
    tell(reader, kind="late")
    morning(clock)
    assert '<html lang="en">' in mail.outbox[0].alternatives[0][0]


def test_a_sentence_with_a_line_break_or_a_tag_breaks_nothing(clock, reader):
    tell(reader, "Báo cáo\nBcc: x@y.example <script>")
    morning(clock)
    assert mail.outbox[0].subject == "Báo cáo Bcc: x@y.example <script>"
    assert "<script>" not in mail.outbox[0].alternatives[0][0]


class Broken(EmailBackend):
    """A mail server that is told how to fail."""

    error = None

    def send_messages(self, messages):
        if Broken.error:
            raise Broken.error
        return super().send_messages(messages)


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError("no"), TimeoutError("slow"), smtplib.SMTPServerDisconnected("x"), smtplib.SMTPRecipientsRefused({})]
)
def test_a_letter_that_the_server_refused_goes_out_the_next_time(clock, reader, settings, error):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    tell(reader)
    Broken.error = error
    assert morning(clock) == 0
    assert Notice.objects.get().claimed_at is None
    Broken.error = None
    assert letters.send_due() == 1


def test_an_address_that_is_refused_stops_nobody_else(clock, reader, settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    Broken.error = None
    other = make_user(email="other@truong.example")
    tell(reader)
    tell(other)

    def refuse(self, messages):
        if messages[0].to == ["may@truong.example"]:
            raise smtplib.SMTPRecipientsRefused({"may@truong.example": (550, b"no")})
        return EmailBackend.send_messages(self, messages)

    monkeypatch.setattr(Broken, "send_messages", refuse)
    assert morning(clock) == 1
    assert [m.to for m in mail.outbox] == [["other@truong.example"]]


class Killed(BaseException):
    """As a process ends that is killed: nothing catches it."""


def test_killed_before_the_server_took_it_the_letter_goes_out_after_the_lease(clock, reader, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    at_once(reader)
    tell(reader)
    clock.set(DAY, time(9))
    Broken.error = Killed()
    with pytest.raises(Killed):
        letters.send_due()
    Broken.error = None
    assert letters.send_due() == 0
    clock.set(DAY, time(9, 16))
    assert letters.send_due() == 1


def test_killed_after_the_server_took_it_only_that_letter_comes_twice_with_the_same_number(clock, reader, monkeypatch):
    other = make_user(email="other@truong.example")
    for user in (reader, other):
        at_once(user)
        tell(user)
    clock.set(DAY, time(9))
    send = letters.EmailMultiAlternatives.send

    def killed(self, *args):
        send(self, *args)
        raise Killed

    monkeypatch.setattr(letters.EmailMultiAlternatives, "send", killed)
    with pytest.raises(Killed):
        letters.send_due()
    monkeypatch.setattr(letters.EmailMultiAlternatives, "send", send)
    clock.set(DAY, time(9, 30))
    assert letters.send_due() == 2
    assert letters.send_due() == 0
    assert sorted(m.to[0] for m in mail.outbox) == ["may@truong.example", "may@truong.example", "other@truong.example"]
    assert len({m.extra_headers["Message-ID"] for m in mail.outbox}) == 2
