"""Webhooks against a real server on this machine."""

import errno
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from khue.accounts.models import RoleName
from khue.core.errors import KhueError
from khue.core.models import Action
from khue.core.spoken import speak_data
from khue.tasks import outgoing, webhooks, work
from khue.tasks.give import withdraw
from khue.tasks.models import Delivery, Event, Notice, Webhook
from khue.tasks.webhook_words import unsent
from tests.factories import make_user, sign_in
from tests.tasks.world import World

pytestmark = pytest.mark.django_db


class Outside(ThreadingHTTPServer):
    """Somebody else's server: keeps what it was sent and answers with the next of `answers` (200 when they are used up)."""

    def __init__(self, *answers):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.got = list(answers), []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/tin?truong=1"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.address)
        self.end_headers()
        self.wfile.write("Đã nhận".encode())

    def log_message(self, *args):
        pass


@contextmanager
def outside(*answers):
    server = Outside(*answers)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.WEBHOOK_PRIVATE = True


@pytest.fixture
def world():
    return World()


def hook(world, address, *, unit=None, events=()):
    return webhooks.make(unit or world.office, name="Phần mềm trường", address=address, events=events, by=world.official)


def told(server):
    return [event for _path, _headers, body in server.got for event in json.loads(body)["events"]]


def test_an_event_is_told_after_the_commit_signed_and_with_ids_only(world, django_capture_on_commit_callbacks):
    with outside() as server:
        made = hook(world, server.address)
        with django_capture_on_commit_callbacks(execute=True):
            task = world.give()
            assert server.got == []
        (path, headers, body), *rest = server.got
    assert rest == []
    assert path == "/tin?truong=1"
    assert {(e["kind"], e["task"], e["giver"]) for e in json.loads(body)["events"]} == {("given", task.pk, world.office.pk)}
    assert {e["unit"] for e in json.loads(body)["events"]} == {world.lua.pk, world.sen.pk}
    moment, told_hex = headers["X-Khue-Signature"].removeprefix("t=").split(",v1=")
    assert told_hex == hmac.new(made.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    delivery = Delivery.objects.get()
    assert headers["X-Khue-Delivery"] == str(delivery.number) == json.loads(body)["delivery"]
    assert (delivery.state, delivery.status, delivery.answer) == (Delivery.State.SENT, 200, "Đã nhận")


def test_every_way_to_make_an_event_is_heard(world, django_capture_on_commit_callbacks):
    with outside() as server:
        hook(world, server.address)
        with django_capture_on_commit_callbacks(execute=True):
            task = world.give()
            work.receive(world.share(task).pk, by=world.head)
            work.report(world.share(task).pk, by=world.head, text="Xong.", submit=True)
            work.hand_to(world.share(task).pk, world.head, by=world.head)
            withdraw(task.pk, by=world.official)
        heard = sorted(told(server), key=lambda e: e["event"])
    assert [e["event"] for e in heard] == list(Event.objects.order_by("pk").values_list("pk", flat=True))


def test_only_chosen_kinds_and_only_ones_own_subtree_are_told(world, django_capture_on_commit_callbacks):
    with outside() as server:
        hook(world, server.address, unit=world.lua, events=["received"])
        hook(world, server.address, unit=world.elsewhere)
        with django_capture_on_commit_callbacks(execute=True):
            task = world.give()
            for unit, head in ((world.lua, world.head), (world.sen, world.other_head)):
                work.receive(world.share(task, unit).pk, by=head)
        assert [(e["kind"], e["unit"]) for e in told(server)] == [("received", world.lua.pk)]


def test_what_is_rolled_back_is_never_told(world, django_capture_on_commit_callbacks):
    with outside() as server:
        hook(world, server.address)
        task = world.give()
        Delivery.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(KhueError):
            work.report(world.share(task).pk, by=world.head)
        assert server.got == []
        assert Delivery.objects.count() == 0


def test_a_failed_delivery_is_tried_again_with_growing_pauses_and_given_up(world):
    with outside(*[503] * 20) as server:
        hook(world, server.address)
        world.give()
        delivery, pauses = Delivery.objects.get(), []
        for _ in range(len(webhooks.PAUSES) + 1):
            before = timezone.now()
            delivery = webhooks.send(delivery.pk)
            pauses.append(delivery.next_at - before)
            assert webhooks.send(delivery.pk) is None, "not before its time"
            Delivery.objects.filter(pk=delivery.pk).update(next_at=timezone.now())
        assert delivery.state == Delivery.State.FAILED
        assert (delivery.attempts, delivery.status) == (8, 503)
        assert len(server.got) == 8
        assert {headers["X-Khue-Delivery"] for _p, headers, _b in server.got} == {str(delivery.number)}
    assert [round(p / timedelta(minutes=1)) for p in pauses[:-1]] == [1, 5, 30, 120, 360, 720, 1440]


def test_the_timetable_sends_what_a_lost_job_left(world):
    with outside(500) as server:
        hook(world, server.address)
        world.give()
        assert webhooks.send_due() == 1
        assert webhooks.send_due() == 0
        Delivery.objects.update(next_at=timezone.now())
        assert webhooks.send_due() == 1
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert Webhook.objects.get().failures == 0


def test_two_processes_do_not_send_one_delivery_at_once(world):
    with outside() as server:
        hook(world, server.address)
        world.give()
        pk = Delivery.objects.get().pk
        assert webhooks._claim(pk) is not None
        assert webhooks.send(pk) is None
        assert server.got == []
        # the process that had it died
        Delivery.objects.update(claimed_at=timezone.now() - webhooks.LEASE - timedelta(seconds=1))
        assert webhooks.send(pk).state == Delivery.State.SENT


def test_after_many_failures_it_is_switched_off_and_admins_are_told(world):
    admin = make_user(role=RoleName.ADMIN, unit=world.office)
    with outside(*[500] * 30) as server:
        made = hook(world, server.address)
        for _ in range(webhooks.MOST_FAILURES + 2):
            world.give()
        for delivery in Delivery.objects.all():
            webhooks.send(delivery.pk)
        assert len(server.got) == webhooks.MOST_FAILURES
        made.refresh_from_db()
        assert not made.active
        notice = Notice.objects.get(user=admin, kind="webhook")
        assert notice.address == reverse("tasks:webhook", args=[made.pk])
        assert Action.objects.filter(verb="webhook.switched", by=None).count() == 1
        world.give()
        assert Delivery.objects.count() == webhooks.MOST_FAILURES + 2, "nothing is written for one that is off"
        webhooks.switch(made.pk, True, by=admin)
        server.answers.clear()
        Delivery.objects.update(next_at=timezone.now())
        assert webhooks.send_due() == webhooks.MOST_FAILURES + 2


def test_a_redirect_is_not_followed(world):
    with outside(302) as server:
        hook(world, server.address)
        world.give()
        delivery = webhooks.send(Delivery.objects.get().pk)
        assert len(server.got) == 1
    assert (delivery.state, delivery.status) == (Delivery.State.WAITING, 302)


def test_a_machine_that_is_not_there_is_told_as_the_reason(world):
    with outside() as server:
        address = server.address
    hook(world, address)
    world.give()
    delivery = webhooks.send(Delivery.objects.get().pk)
    assert delivery.state == Delivery.State.WAITING
    port = address.rpartition(":")[2].partition("/")[0]
    assert speak_data(delivery.answer) == f"Máy 127.0.0.1 không nhận kết nối ở cổng {port}."


def test_one_that_says_nothing_is_left_after_a_while(world, monkeypatch):
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hook(world, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        world.give()
        delivery = webhooks.send(Delivery.objects.get().pk)
    assert speak_data(delivery.answer) == "Máy 127.0.0.1 không trả lời trong thời gian chờ."


def test_a_name_that_leads_nowhere_is_told_on_the_page_in_words_and_in_the_log_as_it_is(client, world, monkeypatch, caplog):
    def nowhere(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    made = hook(world, "https://khong-co.example/tin")
    world.give()
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    caplog.set_level("WARNING")
    webhooks.send(Delivery.objects.get().pk)
    monkeypatch.undo()
    sign_in(client, make_user(role=RoleName.ADMIN, unit=world.office))
    page = client.get(reverse("tasks:webhook", args=[made.pk])).content.decode()
    assert "Không tìm thấy máy khong-co.example." in page
    assert "Errno" not in page
    assert [r.error for r in caplog.records if r.name == "khue.webhooks"] == ["gaierror: [Errno -2] Name or service not known"]


def _certificate(code):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


def _from(cause):
    error = ConnectionError("line")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "Chưa hỏi được tên máy"),
        (_certificate(10), "đã hết hạn"),
        (_certificate(62), "không phải của may.example"),
        (_certificate(18), "không tin được"),
        (ssl.SSLError(1, "wrong version number"), "https"),
        (ssl.SSLEOFError(8, "EOF"), "ngắt kết nối"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "Không có đường mạng"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "ngắt kết nối"),
        (_from(http.client.RemoteDisconnected("closed")), "ngắt kết nối"),
        (_from(http.client.BadStatusLine("SSH-2.0")), "không đúng cách"),
        (UnicodeError("label too long"), "Không gửi được tới may.example"),
    ],
)
def test_why_nothing_could_be_sent_is_told_in_words_that_name_the_machine(error, words):
    told = unsent("https://may.example/tin", error)
    assert words in told
    assert "may.example" in told
    assert not any(inner in told for inner in (type(error).__name__, "Errno", "EOF", "{"))


def test_one_that_drips_its_answer_is_cut_off(world, monkeypatch):
    monkeypatch.setattr(outgoing, "DEADLINE", 0.2)
    end = threading.Event()

    def drip(silent):
        line, _ = silent.accept()
        with line:
            while not end.wait(0.02):
                try:
                    line.sendall(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as silent:
        dripping = threading.Thread(target=drip, args=[silent], daemon=True)
        dripping.start()
        hook(world, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        world.give()
        delivery = webhooks.send(Delivery.objects.get().pk)
        end.set()
        dripping.join()
    assert delivery.state == Delivery.State.WAITING
    assert delivery.status is None


INNER = ["127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "::1", "fd00::1", "::ffff:10.0.0.1"]
NEVER = ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "64:ff9b::a00:1"]


@pytest.mark.parametrize("private", [False, True])
def test_machines_of_a_private_network_are_reached_only_where_it_is_set(settings, private):
    settings.WEBHOOK_PRIVATE = private
    assert [outgoing.allowed(ipaddress.ip_address(a)) for a in INNER] == [private] * len(INNER)
    assert [outgoing.allowed(ipaddress.ip_address(a)) for a in NEVER] == [False] * len(NEVER)
    assert outgoing.allowed(ipaddress.ip_address("1.1.1.1"))


def test_while_developing_this_machine_is_reached_and_no_other_inner_one(settings):
    settings.WEBHOOK_PRIVATE, settings.DEBUG = False, True
    assert outgoing.allowed(ipaddress.ip_address("127.0.0.1"))
    assert not outgoing.allowed(ipaddress.ip_address("10.0.0.8"))


@pytest.mark.parametrize(
    "address",
    [
        "http://truong.example/tin",
        "ftp://truong.example/",
        "https://ai:biet@truong.example/",
        "https:///tin",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://truong.example:99999/",
        "khong phai dia chi",
        "https://truong.example/\r\nX: y",
    ],
)
def test_an_address_that_may_not_be_written_to_is_refused_when_it_is_entered(world, settings, address):
    settings.WEBHOOK_PRIVATE = False
    with pytest.raises(KhueError) as error:
        hook(world, address)
    assert error.value.code.startswith("webhook.")
    assert Webhook.objects.count() == 0


def test_a_name_that_leads_inside_is_not_spoken_to(world, settings):
    settings.WEBHOOK_PRIVATE = False
    Webhook.objects.create(unit=world.office, name="Bẫy", address="https://localhost/", secret="x")
    world.give()
    delivery = webhooks.send(Delivery.objects.get().pk)
    assert "mạng nội bộ" in json.dumps(delivery.answer, ensure_ascii=False)


def test_an_admin_makes_one_sees_its_secret_once_and_its_deliveries(client, world, django_capture_on_commit_callbacks):
    admin = make_user(role=RoleName.ADMIN, unit=world.office)
    sign_in(client, admin)
    with outside() as server:
        form = {"unit": world.office.pk, "name": "Phần mềm trường", "address": server.address, "_once": "một"}
        page = client.post(reverse("tasks:webhooks"), form)
        made = Webhook.objects.get()
        assert made.secret in page.content.decode()
        assert client.post(reverse("tasks:webhooks"), form).status_code == 302
        assert Webhook.objects.count() == 1
        assert made.secret not in client.get(reverse("tasks:webhooks")).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            world.give()
        page = client.get(reverse("tasks:webhook", args=[made.pk])).content.decode()
        assert "Đã nhận" in page
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("tasks:webhook-act", args=[made.pk, "again"]), {"delivery": Delivery.objects.get().pk})
        assert len(server.got) == 2
        client.post(reverse("tasks:webhook-act", args=[made.pk, "remove"]))
    assert Webhook.objects.count() == Delivery.objects.count() == 0


def test_a_wrong_address_is_told_beside_its_field(client, world):
    sign_in(client, make_user(role=RoleName.ADMIN, unit=world.office))
    form = {"unit": world.office.pk, "name": "Phần mềm trường", "address": "http://truong.example/"}
    page = client.post(reverse("tasks:webhooks"), form)
    assert page.status_code == 422
    assert "https://" in page.context["form"].errors["address"][0]
