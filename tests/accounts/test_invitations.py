import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khue.accounts import invitations
from khue.accounts.invitations import Guest
from khue.accounts.models import Invitation, User
from khue.accounts.person import Person
from khue.core.models import Action
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "hoa-ban-trang-1"


@pytest.fixture
def office():
    return make_unit(name="Phòng Giáo dục")


@pytest.fixture
def admin(office):
    return make_user(role="admin", unit=office, name="Phạm Long", email="long@phong.example")


def form(**changed):
    said = {
        "full_name": "Lê Thị Mơ",
        "email": "Mo@truong.example",
        "title": "Văn thư",
        "phone": "",
        "unit": "Phòng Giáo dục",
        "role": "clerk",
    }
    return {**said, **changed}


def invited(client, admin, **changed):
    """The link of a letter that was really sent."""
    sign_in(client, admin)
    assert client.post(reverse("people:invite"), form(**changed)).status_code == 302
    return link()


def link():
    return re.search(r"http://[^/]+(/nguoi/tham-gia/\S+)", mail.outbox[-1].body).group(1)


class TestInviting:
    def test_the_letter_is_vietnamese_and_says_who_where_what_and_until_when(self, client, admin):
        invited(client, admin)
        letter = mail.outbox[0]
        assert letter.subject == "Mời tham gia Khuê: Phòng Giáo dục"
        assert letter.to == ["mo@truong.example"]
        for words in ("Kính gửi Lê Thị Mơ", "Phạm Long", "vai trò Văn thư", "http://localhost:8000/nguoi/tham-gia/"):
            assert words in letter.body

    def test_the_letter_stays_vietnamese_when_the_screen_is_english(self, client, admin):
        client.cookies["django_language"] = "en"
        invited(client, admin)
        assert "vai trò Văn thư" in mail.outbox[0].body

    def test_the_secret_is_kept_only_as_a_hash(self, client, admin):
        secret = invited(client, admin).rstrip("/").split("/")[-1]
        kept = Invitation.objects.values().get()
        assert secret not in str(kept)
        assert kept["secret_hash"] == invitations.hash_of(secret)

    def test_the_same_form_sent_twice_invites_once(self, client, admin):
        sign_in(client, admin)
        for _ in range(2):
            assert client.post(reverse("people:invite"), form(_once="k1")).status_code == 302
        assert len(mail.outbox) == Invitation.objects.count() == 1

    def test_nobody_is_asked_twice_for_the_same(self, client, admin):
        invited(client, admin)
        again = client.post(reverse("people:invite"), form())
        assert "đã được mời" in again.content.decode()
        assert Invitation.objects.count() == 1
        assert client.post(reverse("people:invite"), form(role="viewer")).status_code == 302

    def test_who_has_the_role_is_not_asked(self, admin, office):
        make_user(role="clerk", unit=office, email="mo@truong.example", name="Lê Thị Mơ")
        with pytest.raises(ValidationError, match="đã có vai trò Văn thư"):
            invitations.invite(Guest("Lê Thị Mơ", "mo@truong.example", office, "clerk"), by=Person(admin))

    def test_no_admin_invites_outside_the_subtree(self, admin):
        with pytest.raises(PermissionDenied):
            invitations.invite(Guest("Mơ", "mo@truong.example", make_unit(), "viewer"), by=Person(admin))

    def test_a_mail_server_that_is_down_loses_no_invitation(self, client, admin, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        page = sign_in(client, admin).post(reverse("people:invite"), form(), follow=True)
        assert "máy chủ thư chưa nhận thư gửi mo@truong.example" in page.content.decode()
        assert Invitation.objects.count() == 1

    def test_sending_again_makes_the_old_link_useless(self, client, admin):
        old = invited(client, admin)
        client.post(reverse("people:invite-resend", args=[Invitation.objects.get().pk]))
        assert Client().get(old).status_code == 404
        assert Client().get(link()).status_code == 200

    def test_a_revoked_invitation_says_so(self, client, admin):
        where = invited(client, admin)
        client.post(reverse("people:invite-revoke", args=[Invitation.objects.get().pk]))
        page = Client().get(where)
        assert page.status_code == 410
        assert "đã thu hồi" in page.content.decode()
        again = client.post(reverse("people:invite-resend", args=[Invitation.objects.get().pk]), follow=True)
        assert "đã được nhận hoặc đã thu hồi" in again.content.decode()

    def test_an_expired_one_says_whom_to_ask_and_can_be_sent_again(self, client, admin):
        where = invited(client, admin)
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        page = Client().get(where)
        assert page.status_code == 410
        assert "Phạm Long" in page.content.decode()
        client.post(reverse("people:invite-resend", args=[Invitation.objects.get().pk]))
        assert Client().get(link()).status_code == 200

    @pytest.mark.parametrize(("state", "count"), [("", 1), ("cho", 1), ("da-nhan", 0), ("het-han", 0), ("thu-hoi", 0), ("gì-đó", 1)])
    def test_the_list_filters_by_state(self, client, admin, state, count):
        invited(client, admin)
        assert client.get(reverse("people:invitations"), {"trang_thai": state}).context["page_obj"].paginator.count == count


class TestJoining:
    def join(self, where, **changed):
        return Client().post(where, {"username": "mo.le", "password1": PASSWORD, "password2": PASSWORD, **changed})

    def test_a_new_person_sets_name_and_password_and_signs_in(self, client, admin, office):
        where = invited(client, admin)
        assert self.join(where)["Location"] == reverse("account_login")
        user = User.objects.get(username="mo.le")
        assert (user.full_name, user.email, user.title) == ("Lê Thị Mơ", "mo@truong.example", "Văn thư")
        assert Person(user).can("documents.register")
        browser = Client()
        assert browser.post("/tai-khoan/login/", {"login": "mo@truong.example", "password": PASSWORD}).status_code == 302
        assert browser.get(reverse("people:me")).status_code == 200
        assert set(Action.objects.values_list("verb", flat=True)) >= {"person.made", "role.granted", "invitation.accepted", "person.joined"}

    def test_the_link_works_once(self, client, admin):
        where = invited(client, admin)
        self.join(where)
        second = self.join(where, username="ke.khac")
        assert second.status_code == 410
        assert not User.objects.filter(username="ke.khac").exists()

    @pytest.mark.parametrize(
        ("changed", "field", "words"),
        [
            ({"username": "a b"}, "username", "chữ thường không dấu"),
            ({"username": "mơ.lê"}, "username", "chữ thường không dấu"),
            ({"username": "co.nguoi"}, "username", "đã có người dùng"),
            ({"password2": "khac-han-nhau-1"}, "password2", "không giống nhau"),
            ({"password1": "ngan", "password2": "ngan"}, "password1", "quá ngắn"),
            ({"password1": "mo@truong.example", "password2": "mo@truong.example"}, "password1", "quá giống"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, client, admin, changed, field, words):
        make_user(username="co.nguoi")
        page = self.join(invited(client, admin), **changed)
        assert words in " ".join(page.context["form"].errors[field])
        assert Invitation.objects.get().accepted_at is None

    def test_who_has_an_account_signs_in_and_takes_the_role_with_it(self, client, admin, office):
        known = make_user(email="mo@truong.example", name="Lê Thị Mơ", password=PASSWORD)
        where = invited(client, admin)
        page = Client().get(where)
        assert f"/tai-khoan/login/?next={where.replace('/', '%2F')}" in page.content.decode()
        theirs = sign_in(Client(), known)
        assert "Nhận vai trò" in theirs.get(where).content.decode()
        assert theirs.post(where)["Location"] == reverse("people:me")
        assert known.roles.get().unit == office

    def test_nobody_else_takes_it(self, client, admin):
        make_user(email="mo@truong.example", name="Lê Thị Mơ")
        where = invited(client, admin)
        other = make_user(email="ke@khac.example")
        theirs = sign_in(Client(), other)
        theirs.post(where)
        assert not other.roles.exists()
        assert Invitation.objects.get().accepted_at is None

    def test_somebody_signed_in_does_not_make_an_account_for_another(self, client, admin):
        where = invited(client, admin)
        page = client.post(where, {"username": "mo.le", "password1": PASSWORD, "password2": PASSWORD})
        assert "Đăng xuất rồi mở lại" in page.content.decode()
        assert not User.objects.filter(username="mo.le").exists()

    def test_a_made_up_link_opens_nothing(self):
        assert Client().get(reverse("people:join", args=["x" * 43])).status_code == 404
