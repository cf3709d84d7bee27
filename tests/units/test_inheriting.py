"""What a unit that ends leaves: tasks it gave, wishes, sub-tasks, groups, references, numbers; and what keeps an undo back."""

from datetime import date, timedelta

import pytest

from khue.accounts import tokens
from khue.accounts.models import Invitation, Role
from khue.accounts.person import Person
from khue.core.errors import KhueError
from khue.tasks import judge, work
from khue.tasks.followed import tasks
from khue.tasks.give import Address, give, offers
from khue.tasks.lists import my_shares
from khue.tasks.models import Delivery, Event, Extension, Notice, Stage, Task, Webhook
from khue.tasks.recurring import make_due
from khue.units.editing import set_identifiers
from khue.units.grouping import groups_holding
from khue.units.groups import group_ref, members, rule_ref, unit_ref
from khue.units.history import Reorganisation, Succession
from khue.units.kinds import Scheme, UnitKind
from khue.units.models import UnitGroup, UnitIdentifier, UnitSpell
from khue.units.reorganise import apply, apply_due, preview, undo
from khue.units.tree import spell_of, standing, subtree_ids, today
from tests.factories import make_place, make_unit, make_user
from tests.units.test_reorganise import DAY, event, merger, snapshot, world

pytestmark = pytest.mark.django_db
BEFORE = DAY - timedelta(days=1)


def one(unit):
    return [Address(unit_ref(unit.pk))]


def offices(w):
    """A second office that carries on the first from DAY."""
    heir = make_unit(name="Sở GD&ĐT", kind=UnitKind.DEPARTMENT)
    return heir, event(w["city"], {"kind": "merge", "units": [w["office"].pk], "into": heir.pk}, title="Giải thể Phòng")


class TestTasksGiven:
    def test_the_heir_follows_verifies_and_is_told(self):
        w = world()
        task = give(w["office"], "Khảo sát", one(w["third"]), by=None)
        heir, e = offices(w)
        leader = make_user(role="leader", unit=heir)
        apply(e.pk, by=None)
        person = Person(leader)
        assert list(tasks(person, {}, today())) == [task]
        assert person.can_at("tasks.verify", task.unit_id)
        share = work.report(task.assignments.get().pk, by=make_user(role="leader", unit=w["third"]), text="xong", submit=True)
        assert Notice.objects.filter(user=leader, kind=Event.Kind.SUBMITTED).count() == 1
        assert judge.verify(share.pk, by=leader).stage == Stage.VERIFIED

    def test_a_task_that_repeats_goes_on_from_the_heir(self):
        w = world()
        series = give(w["office"], "Báo cáo tháng", one(w["third"]), by=None, on=date(2024, 1, 1), recurs="monthly", period="2024-01")
        heir, e = offices(w)
        apply(e.pk, by=None)
        assert [(t.unit, t.period) for t in make_due(BEFORE.replace(day=1))] == [(w["office"], "2024-02")]
        assert [(t.unit, t.period, t.series) for t in make_due(date(2024, 3, 1))] == [(heir, "2024-03", series)]

    def test_the_task_of_a_unit_that_nobody_carries_on_is_seen_by_the_unit_above(self):
        w = world()
        apply(event(w["city"], {"kind": "dissolve", "units": [w["third"].pk]}).pk, by=None)
        share = give(w["office"], "Khảo sát", one(w["an"]), by=None).assignments.get()
        assert share.unit == w["an"]
        assert w["third"].pk in subtree_ids([w["office"].pk], DAY)
        assert standing([w["third"].pk], DAY) == {}


class TestShares:
    def test_a_wish_for_more_time_is_answered_at_the_heir(self):
        w = world()
        task = give(w["office"], "Sửa mái", one(w["dong"]), by=None, due_on=date(2024, 3, 1))
        wish = work.ask_extension(task.assignments.get().pk, date(2024, 4, 1), "mưa", by=make_user(role="leader", unit=w["dong"]))
        e = merger(w)
        apply(e.pk, by=None)
        wish.refresh_from_db()
        assert wish.assignment.unit == w["an"]
        undo(e.pk, by=None)
        wish.refresh_from_db()
        assert wish.assignment.unit == w["dong"]
        apply(event(w["office"], *e.steps).pk, by=None)
        judge.decide_extension(wish.pk, grant=True, by=make_user(role="leader", unit=w["office"]))
        assert task.assignments.get(unit=w["an"]).due_on == date(2024, 4, 1)
        assert Extension.objects.get().state == Extension.State.GRANTED

    def test_sub_tasks_and_the_person_who_does_it_go_along(self):
        w = world()
        head, teacher = make_user(role="leader", unit=w["dong"]), make_user(role="entry", unit=w["dong"])
        share = give(w["office"], "Sửa mái", one(w["dong"]), by=None).assignments.get()
        sub = work.make_subtask(share.pk, "Gọi thợ", by=head, person=teacher)
        e = merger(w)
        apply(e.pk, by=None)
        sub.refresh_from_db()
        new = share.task.assignments.get(unit=w["an"])
        assert sub.parent == new
        mine = sub.assignments.get(unit=w["an"])
        assert (mine.person, mine.stage) == (teacher, Stage.GIVEN)
        assert mine in my_shares(Person(teacher))
        undo(e.pk, by=None)
        sub.refresh_from_db()
        assert (sub.parent, sub.assignments.get().unit) == (share, w["dong"])

    def test_an_heir_that_was_a_partner_leads_what_the_ended_unit_led(self):
        w = world()
        task = give(w["office"], "Hội thi", [*one(w["dong"]), Address(unit_ref(w["an"].pk), is_partner=True, owes="sân")], by=None)
        e = merger(w)
        apply(e.pk, by=None)
        lead = task.assignments.get(unit=w["an"])
        assert (lead.is_partner, lead.owes) == (False, "")
        told = lead.events.get(kind=Event.Kind.COMMENT).data
        assert (told["joined"], told["was_partner"], told["owed"]) == (task.assignments.get(unit=w["dong"]).pk, True, "sân")
        undo(e.pk, by=None)
        assert (task.assignments.get(unit=w["an"]).is_partner, task.assignments.get(unit=w["an"]).owes) == (True, "sân")

    def test_the_heirs_people_are_told_once_and_no_more_after_an_undo(self):
        w = world()
        for n in range(3):
            give(w["office"], f"Việc {n}", one(w["dong"]), by=None)
        head = make_user(role="leader", unit=w["an"])
        e = merger(w)
        apply(e.pk, by=None)
        assert [n.text["parts"]["n"] for n in Notice.objects.filter(user=head, kind="inherited")] == [3]
        undo(e.pk, by=None)
        assert not Notice.objects.filter(user=head, kind="inherited").exists()

    def test_heirs_of_heirs_in_one_decision_get_it(self):
        w = world()
        share = give(w["office"], "Sửa mái", one(w["dong"]), by=None).assignments.get()
        first = {"kind": "merge", "units": [w["dong"].pk], "into": w["an"].pk}
        apply(event(w["office"], first, {"kind": "merge", "units": [w["an"].pk], "into": w["third"].pk}).pk, by=None)
        assert share.task.assignments.exclude(stage=Stage.TRANSFERRED).get().unit == w["third"]
        assert spell_of(w["site"], DAY).parent == w["third"]


class TestPeople:
    def test_a_role_for_a_time_goes_on_until_its_day(self):
        w = world()
        user = make_user()
        Role.objects.create(user=user, unit=w["dong"], role="entry", valid_from=date(2023, 9, 1), valid_to=date(2024, 5, 31))
        e = merger(w)
        apply(e.pk, by=None)
        assert user.roles.get(unit=w["an"]).valid_to == date(2024, 5, 31)
        undo(e.pk, by=None)
        assert [(r.unit, r.valid_to) for r in user.roles.all()] == [(w["dong"], date(2024, 5, 31))]

    def test_a_role_given_after_the_day_is_the_heirs_from_its_beginning(self):
        w = world()
        user = make_user(role="entry", unit=w["dong"], since=date(2024, 9, 1))
        e = merger(w)
        apply(e.pk, by=None)
        assert [(r.unit, r.valid_from) for r in user.roles.all()] == [(w["an"], date(2024, 9, 1))]
        undo(e.pk, by=None)
        assert [r.unit for r in user.roles.all()] == [w["dong"]]

    def test_an_undo_is_refused_when_somebody_left_the_heir_since(self):
        w = world()
        head = make_user(role="leader", unit=w["dong"])
        e = merger(w)
        apply(e.pk, by=None)
        head.roles.filter(unit=w["an"]).update(valid_to=today())
        with pytest.raises(KhueError, match="vai trò"):
            undo(e.pk, by=None)

    def test_an_open_invitation_leads_to_the_heir(self):
        w = world()
        by = make_user(role="admin", unit=w["office"])
        asked = Invitation.objects.create(unit=w["dong"], role="entry", full_name="A", email="a@b.example", secret_hash="x", created_by=by)
        e = merger(w)
        apply(e.pk, by=None)
        asked.refresh_from_db()
        assert asked.unit == w["an"]

    def test_an_administrator_of_a_split_off_part_gets_no_power_over_what_stays(self):
        w = world()
        new = {"name": "TH Mới", "kind": "primary", "parent_id": w["office"].pk}
        apply(event(w["office"], {"kind": "split", "unit": w["an"].pk, "parts": [new], "stays": True}).pk, by=None)
        part = Succession.objects.get().after
        assert not Person(make_user(role="admin", unit=part)).can_at("people.manage", w["an"].pk)


class TestWebhooks:
    def hook(self, unit):
        return Webhook.objects.create(unit=unit, name="Phần mềm trường", address="https://tin.example/")

    def test_they_go_on_at_the_heir_and_hear_how_the_shares_came_there(self):
        w = world()
        share = give(w["office"], "Sửa mái", one(w["dong"]), by=None).assignments.get()
        hook, other = self.hook(w["dong"]), self.hook(w["third"])
        e = merger(w)
        counts = {str(t.words): t.number for t in preview(e).touched}
        assert counts["nơi nhận tin về công việc"] == 1
        apply(e.pk, by=None)
        hook.refresh_from_db()
        assert hook.unit == w["an"]
        new = share.task.assignments.get(unit=w["an"])
        work.report(new.pk, by=make_user(role="leader", unit=w["an"]), text="đang làm")
        told = [(t["kind"], t["share"]) for d in hook.deliveries.order_by("id") for t in d.body["events"]]
        assert {("transferred", share.pk), ("given", new.pk), ("report", new.pk)} <= set(told)
        assert not Delivery.objects.filter(webhook=other).exists()

    def test_an_undo_gives_them_back(self):
        w = world()
        hook = self.hook(w["dong"])
        before = Webhook.objects.values().get()
        e = merger(w)
        apply(e.pk, by=None)
        undo(e.pk, by=None)
        assert Webhook.objects.values().get() == before
        assert hook.unit == w["dong"]

    def test_the_unit_above_does_not_begin_to_tell_a_schools_address_of_everything(self):
        w = world()
        hook = self.hook(w["third"])
        apply(event(w["city"], {"kind": "dissolve", "units": [w["third"].pk], "heir": w["office"].pk}).pk, by=None)
        hook.refresh_from_db()
        assert hook.unit == w["third"]
        give(w["office"], "Việc khác", one(w["an"]), by=None)
        assert not hook.deliveries.exists()
        assert Person(make_user(role="admin", unit=w["office"])).can_at("webhooks.manage", w["third"].pk), "it can be taken away there"

    def test_one_made_by_a_new_unit_keeps_an_undo_back(self):
        w = world()
        new = {"name": "TH Mới", "kind": "primary", "parent_id": w["office"].pk}
        e = event(w["office"], {"kind": "merge", "units": [w["an"].pk, w["dong"].pk], "into": new})
        moved = self.hook(w["dong"])
        apply(e.pk, by=None)
        moved.refresh_from_db()
        own = self.hook(moved.unit)
        with pytest.raises(KhueError, match="đơn vị mới đã đặt 1 nơi nhận tin"):
            undo(e.pk, by=None)
        own.delete()
        undo(e.pk, by=None)
        moved.refresh_from_db()
        assert moved.unit == w["dong"]


def test_a_program_of_somebody_of_a_unit_that_ends_goes_on_with_its_token():
    """A token acts as its person, whose roles go on at the heir."""
    w = world()
    head = make_user(role="leader", unit=w["dong"])
    secret = tokens.make(head, name="Phần mềm", scopes=["tasks:read"], expires_on=today())[1]
    apply(merger(w).pk, by=None)
    assert Person(tokens.found(secret).user).can_at("tasks.report", w["an"].pk)


class TestReferences:
    def test_a_reference_means_the_heir_from_the_day_on(self):
        w = world()
        apply(merger(w).pk, by=None)
        assert list(members(unit_ref(w["dong"].pk), BEFORE)) == [w["dong"]]
        assert list(members(unit_ref(w["dong"].pk), DAY)) == [w["an"]]

    def test_a_group_by_list_and_one_within_a_unit_that_ended_mean_the_heirs(self):
        w = world()
        listed = UnitGroup.objects.create(owner=w["office"], name="Hai trường", by_rule=False)
        listed.members.set([w["dong"], w["third"]])
        ruled = UnitGroup.objects.create(owner=w["office"], name="Các trường", kinds=["primary"])
        heir, e = offices(w)
        apply(merger(w).pk, by=None)
        apply(e.pk, by=None)
        assert {u.name for u in members(group_ref(listed.pk), BEFORE)} == {"TH Kim Đồng", "TH Lê Lợi"}
        assert {u.name for u in members(group_ref(listed.pk), DAY)} == {"TH Chu Văn An", "TH Lê Lợi"}
        assert members(group_ref(ruled.pk), BEFORE).count() == 3
        assert {u.name for u in members(group_ref(ruled.pk), DAY)} == {"TH Chu Văn An", "TH Lê Lợi"}
        direct = rule_ref([UnitKind.PRIMARY], label="", within=w["office"].pk, direct=True)
        assert members(direct, DAY).count() == 2
        assert set(groups_holding(spell_of(w["an"], DAY), DAY)) == {listed, ruled}
        assert standing([w["office"].pk, w["third"].pk], DAY) == {w["office"].pk: heir.pk, w["third"].pk: w["third"].pk}

    def test_a_territory_that_ended_means_what_came_of_it(self):
        old = make_place(name="Cốc San", valid_to=BEFORE)
        new = make_place(name="Cốc San mới", valid_from=DAY)
        old.successors.add(new)
        w = world()
        UnitSpell.objects.filter(unit=w["third"]).update(place=old)
        apply(event(w["office"], {"kind": "transfer", "units": [w["third"].pk], "place": new.pk}).pk, by=None)
        ref = rule_ref([UnitKind.PRIMARY], label="", place=old.pk)
        assert list(members(ref, BEFORE)) == list(members(ref, DAY)) == [w["third"]]

    def test_a_task_is_not_offered_to_an_heir_that_has_it(self):
        w = world()
        task = give(w["office"], "Khảo sát", [*one(w["dong"]), *one(w["third"])], by=None)
        apply(merger(w).pk, by=None)
        assert offers(task) == []


class TestWhatKeepsAnUndoBack:
    def test_a_task_given_by_a_new_unit(self):
        w = world()
        e = event(w["office"], {"kind": "found", "unit": {"name": "TH Mới", "kind": "primary", "parent_id": w["office"].pk}})
        apply(e.pk, by=None)
        new = UnitSpell.objects.get(name="TH Mới").unit
        give(new, "Việc", one(new), by=None)
        with pytest.raises(KhueError, match="làm tiếp"):
            undo(e.pk, by=None)

    def test_a_number_that_another_unit_has_taken(self):
        w = world()
        UnitIdentifier.objects.create(unit=w["dong"], scheme=Scheme.MOET, value="10080401")
        e = merger(w)
        apply(e.pk, by=None)
        assert UnitIdentifier.objects.get().valid_to == BEFORE
        set_identifiers(w["an"], {Scheme.MOET: "10080401"}, by=None)
        with pytest.raises(KhueError, match="10080401"):
            undo(e.pk, by=None)

    def test_a_number_stands_again_after_an_undo(self):
        w = world()
        UnitIdentifier.objects.create(unit=w["dong"], scheme=Scheme.MOET, value="10080401")
        e = merger(w)
        apply(e.pk, by=None)
        undo(e.pk, by=None)
        assert UnitIdentifier.objects.get().valid_to is None

    def test_contacts_and_groups_of_a_new_unit(self):
        w = world()
        e = event(w["office"], {"kind": "found", "unit": {"name": "TH Mới", "kind": "primary", "parent_id": w["office"].pk}})
        apply(e.pk, by=None)
        new = UnitSpell.objects.get(name="TH Mới").unit
        new.contacts.create(kind="phone", value="0214")
        UnitGroup.objects.create(owner=new, name="Nhóm")
        with pytest.raises(KhueError, match="nhóm “Nhóm” dùng đơn vị mới; đã ghi liên hệ"):
            undo(e.pk, by=None)

    def test_a_later_decision_about_the_heir_although_nothing_of_it_was_changed_by_the_first(self):
        w = world()
        first = merger(w)
        apply(first.pk, by=None)
        second = event(
            w["office"], {"kind": "merge", "units": [w["an"].pk], "into": w["third"].pk}, on=DAY + timedelta(days=9), title="Lần hai"
        )
        apply(second.pk, by=None)
        with pytest.raises(KhueError, match="Lần hai"):
            undo(first.pk, by=None)


def test_two_steps_may_change_and_end_the_same_unit():
    """The city ends first and its office passes to the heir; then the office ends, too."""
    w = world()
    above = make_unit(name="UBND tỉnh", kind=UnitKind.PROVINCE)
    before = snapshot()
    steps = [
        {"kind": "dissolve", "units": [w["city"].pk], "heir": above.pk},
        {"kind": "transfer", "units": [w["an"].pk, w["dong"].pk, w["third"].pk], "parent": above.pk, "guide": None},
        {"kind": "dissolve", "units": [w["office"].pk]},
    ]
    e = event(w["city"], *steps, title="Bỏ cấp huyện")
    apply(e.pk, by=None)
    assert spell_of(w["office"], DAY) is None
    assert [(s.valid_from, s.valid_to) for s in w["office"].spells.all()] == [(date(1900, 1, 1), BEFORE)]
    assert spell_of(w["third"], DAY).parent == above
    undo(e.pk, by=None)
    assert snapshot() == before
    assert spell_of(w["office"], today()).parent == w["city"]


def test_an_heir_from_below_takes_the_place_of_what_ends():
    w = world()
    apply(event(w["city"], {"kind": "merge", "units": [w["dong"].pk], "into": w["site"].pk, "name": "TH Kim Đồng mới"}).pk, by=None)
    assert (spell_of(w["site"], DAY).parent, spell_of(w["site"], DAY).name) == (w["office"], "TH Kim Đồng mới")


def test_one_that_fails_keeps_no_other_back(caplog):
    w = world()
    day = today()
    bad = event(w["office"], {"kind": "dissolve", "units": [w["third"].pk]}, on=day)
    good = event(w["office"], {"kind": "rename", "unit": w["an"].pk, "name": "TH Mới"}, on=day)
    Reorganisation.objects.update(state=Reorganisation.State.SCHEDULED)
    UnitSpell.objects.filter(unit=w["third"]).update(valid_to=BEFORE)
    assert [e.pk for e in apply_due(day)] == [good.pk]
    bad.refresh_from_db()
    assert bad.state == Reorganisation.State.SCHEDULED
    assert "could not be applied" in caplog.text


def test_the_tasks_of_a_closed_school_are_never_lost_from_the_count():
    w = world()
    task = give(w["office"], "Khảo sát", [*one(w["dong"]), *one(w["third"])], by=None)
    work.report(task.assignments.get(unit=w["dong"]).pk, by=make_user(role="leader", unit=w["dong"]), text="xong", submit=True)
    judge.verify(task.assignments.get(unit=w["dong"]).pk, by=make_user(role="leader", unit=w["office"]))
    apply(merger(w).pk, by=None)
    head = Person(make_user(role="leader", unit=w["an"]))
    assert [s.unit for s in my_shares(head)] == [w["dong"]], "what was done there is the heir's past"
    assert Task.objects.get(pk=task.pk).assignments.count() == 2
