from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khue.accounts import delegation
from khue.accounts.models import Delegation, User
from khue.accounts.person import Person
from khue.core.models import Action
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def office():
    return make_unit(name="Phòng Giáo dục")


@pytest.fixture
def head(office):
    return make_user(role="admin", unit=office, name="Trần Thị Hà")


@pytest.fixture
def deputy(office):
    return make_user(role="viewer", unit=office, name="Nguyễn Bảo", username="bao")


@pytest.fixture
def today():
    return timezone.localdate()


def given(head, deputy, starts, ends):
    return Delegation.objects.create(giver=head, taker=deputy, starts_on=starts, ends_on=ends)


def act(client, giver):
    return client.post(reverse("people:act-for"), {"giver": giver.pk})


class TestGiving:
    def test_the_form_gives_it_with_reason_and_dates(self, client, head, deputy, today):
        sign_in(client, head)
        form = {"taker": "Nguyễn Bảo (bao)", "starts_on": today, "ends_on": today + 5 * DAY, "reason": "Đi công tác", "_once": "k"}
        for _ in range(2):
            assert client.post(reverse("people:delegations"), form).status_code == 302
        made = Delegation.objects.get()
        assert (made.taker, made.reason) == (deputy, "Đi công tác")
        assert Action.objects.get(verb="delegation.given").changes["person"] == ["", "Nguyễn Bảo"]

    @pytest.mark.parametrize(("starts", "ends", "words"), [(0, -1, "từ ngày bắt đầu"), (-9, -1, "đã qua"), (0, 400, "dài nhất là một năm")])
    def test_dates_that_make_no_sense_are_refused(self, head, deputy, today, starts, ends, words):
        with pytest.raises(ValidationError, match=words):
            delegation.give(giver=head, taker=deputy, starts_on=today + starts * DAY, ends_on=today + ends * DAY)

    def test_a_wrong_person_and_a_wrong_day_are_told_at_once(self, client, head, today):
        form = {"taker": "Không Ai", "starts_on": today, "ends_on": today - DAY}
        errors = sign_in(client, head).post(reverse("people:delegations"), form).context["form"].errors
        assert set(errors) == {"taker", "ends_on"}

    def test_only_to_people_near_and_not_to_oneself(self, head, today):
        far = make_user(role="viewer", unit=make_unit())
        for taker in (far, head):
            with pytest.raises(ValidationError, match="cùng đơn vị"):
                delegation.give(giver=head, taker=taker, starts_on=today, ends_on=today)

    def test_not_twice_over_the_same_days(self, head, deputy, today):
        delegation.give(giver=head, taker=deputy, starts_on=today, ends_on=today + 3 * DAY)
        with pytest.raises(ValidationError, match="trùng"):
            delegation.give(giver=head, taker=deputy, starts_on=today + 3 * DAY, ends_on=today + 9 * DAY)
        delegation.give(giver=head, taker=deputy, starts_on=today + 4 * DAY, ends_on=today + 9 * DAY)

    def test_what_was_given_is_not_given_on(self, client, head, deputy, office, today):
        third = make_user(role="viewer", unit=office, username="ba")
        given(head, deputy, today, today)
        sign_in(client, deputy)
        act(client, head)
        form = {"taker": "ba", "starts_on": today, "ends_on": today}
        assert client.post(reverse("people:delegations"), form).status_code == 403
        assert not Delegation.objects.filter(taker=third).exists()


class TestActing:
    @pytest.mark.parametrize(("starts", "ends", "status"), [(0, 0, 302), (-3, 0, 302), (0, 3, 302), (1, 3, 403), (-3, -1, 403)])
    def test_it_holds_from_the_first_to_the_last_day(self, client, head, deputy, today, starts, ends, status):
        given(head, deputy, today + starts * DAY, today + ends * DAY)
        assert act(sign_in(client, deputy), head).status_code == status

    def test_it_gives_the_givers_roles_and_every_action_names_both(self, client, head, deputy, office, today):
        other = make_user(role="viewer", unit=office, name="Đỗ Linh")
        given(head, deputy, today, today)
        sign_in(client, deputy)
        where = reverse("people:deactivate", args=[other.pk])
        assert client.post(where).status_code == 403
        act(client, head)
        assert client.post(where).status_code == 302
        action = Action.objects.get(verb="person.deactivated")
        assert (action.by, action.on_behalf_of) == (deputy, head)
        begun = Action.objects.get(verb="delegation.begun")
        assert (begun.by, begun.on_behalf_of) == (deputy, head)

    def test_stopping_is_logged_and_takes_the_roles_away(self, client, head, deputy, today):
        given(head, deputy, today, today)
        sign_in(client, deputy)
        act(client, head)
        assert client.get(reverse("people:invitations")).status_code == 200
        client.post(reverse("people:act-for"), {"giver": ""})
        assert client.get(reverse("people:invitations")).status_code == 403
        assert Action.objects.get(verb="delegation.left").by == deputy

    def test_it_ends_by_itself_while_somebody_acts(self, client, head, deputy, today):
        made = given(head, deputy, today, today)
        sign_in(client, deputy)
        act(client, head)
        Delegation.objects.filter(pk=made.pk).update(starts_on=today - 2 * DAY, ends_on=today - DAY)
        assert client.get(reverse("people:invitations")).status_code == 403

    @pytest.mark.parametrize("who", ["head", "deputy"])
    def test_either_side_ends_it_at_once(self, client, head, deputy, today, who):
        made = given(head, deputy, today, today)
        acting = sign_in(Client(), deputy)
        act(acting, head)
        sign_in(client, head if who == "head" else deputy).post(reverse("people:delegation-end", args=[made.pk]))
        assert acting.get(reverse("people:invitations")).status_code == 403
        assert Action.objects.filter(verb="delegation.ended").count() == 1

    def test_nobody_else_ends_it(self, client, head, deputy, office, today):
        made = given(head, deputy, today, today)
        stranger = make_user(role="admin", unit=office)
        assert sign_in(client, stranger).post(reverse("people:delegation-end", args=[made.pk])).status_code == 404

    def test_a_locked_givers_roles_are_gone(self, client, head, deputy, today):
        given(head, deputy, today, today)
        User.objects.filter(pk=head.pk).update(is_active=False)
        assert act(sign_in(client, deputy), head).status_code == 403

    def test_who_acts_cannot_give_themself_a_role(self, head, deputy, office):
        from khue.accounts.roles import add_role

        with pytest.raises(PermissionDenied):
            add_role(deputy, unit=office, role="admin", by=Person(deputy, head))

    @pytest.mark.parametrize("giver", ["", "x", "0", "9" * 30, "-1"])
    def test_whatever_is_sent_nobody_is_acted_for(self, client, deputy, giver):
        assert sign_in(client, deputy).post(reverse("people:act-for"), {"giver": giver}).status_code in (302, 403)
        assert "acting_for" not in client.session
