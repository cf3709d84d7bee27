"""Laws of reorganisations: nothing lost, nothing twice, undo gives back the very state, the day before sees the old world."""

from datetime import date, timedelta

import pytest
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.accounts.models import Role
from khue.core.errors import KhueError
from khue.tasks.give import Address, give
from khue.tasks.models import Assignment, Stage, Webhook
from khue.tasks.work import report
from khue.units.history import Reorganisation, Succession
from khue.units.kinds import UnitKind
from khue.units.models import Unit, UnitSpell
from khue.units.reorganise import apply, apply_due, preview, undo
from khue.units.tree import spell_of, subtree_ids, today
from tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db
DAY = date(2024, 2, 15)


def world():
    """A city with its office, two schools that will merge, a third, and a site of the second."""
    city = make_unit(name="UBND thành phố", kind=UnitKind.DISTRICT)
    office = make_unit(name="Phòng GD&ĐT", kind=UnitKind.EDUCATION_OFFICE, parent=city)
    an = make_unit(name="TH Chu Văn An", kind=UnitKind.PRIMARY, parent=office)
    dong = make_unit(name="TH Kim Đồng", kind=UnitKind.PRIMARY, parent=office)
    third = make_unit(name="TH Lê Lợi", kind=UnitKind.PRIMARY, parent=office)
    site = make_unit(name="Điểm trường Kim Đồng 2", kind=UnitKind.SITE, parent=dong)
    return {"city": city, "office": office, "an": an, "dong": dong, "third": third, "site": site}


def event(owner, *steps, on=DAY, title="Sáp nhập"):
    return Reorganisation.objects.create(owner=owner, title=title, decision="12/QĐ-UBND", effective_on=on, steps=list(steps))


def merger(w, **more):
    return event(w["office"], {"kind": "merge", "units": [w["an"].pk, w["dong"].pk], "into": w["an"].pk, **more})


def snapshot():
    """Everything that a reorganisation may touch, as it stands."""
    return {
        "units": sorted((model_to_dict(u) for u in Unit.objects.all()), key=lambda d: d["id"]),
        "spells": sorted((model_to_dict(s) for s in UnitSpell.objects.all()), key=lambda d: d["id"]),
        "roles": sorted((model_to_dict(r) for r in Role.objects.all()), key=lambda d: d["id"]),
        "shares": list(Assignment.objects.order_by("pk").values("pk", "unit_id", "stage", "percent", "transferred_to", "due_on")),
        "webhooks": list(Webhook.objects.order_by("pk").values()),
        "successions": Succession.objects.count(),
    }


def test_a_merger_ends_one_school_and_its_site_goes_to_the_other():
    w = world()
    done = apply(merger(w, name="TH Chu Văn An - Kim Đồng").pk, by=None)
    assert done.state == Reorganisation.State.APPLIED
    assert spell_of(w["dong"], DAY) is None
    assert spell_of(w["dong"], DAY - timedelta(days=1)).name == "TH Kim Đồng"
    assert spell_of(w["site"], DAY).parent == w["an"]
    assert spell_of(w["site"], DAY - timedelta(days=1)).parent == w["dong"]
    assert (spell_of(w["an"], DAY).name, spell_of(w["an"], date(2024, 1, 1)).name) == ("TH Chu Văn An - Kim Đồng", "TH Chu Văn An")


def test_the_heir_sees_the_past_of_what_it_carries_on_and_not_before_the_day():
    w = world()
    apply(merger(w).pk, by=None)
    assert w["dong"].pk in subtree_ids([w["an"].pk], DAY)
    assert w["dong"].pk not in subtree_ids([w["an"].pk], DAY - timedelta(days=1))
    assert w["dong"].pk in subtree_ids([w["city"].pk], today())


def test_open_tasks_go_on_at_the_heir_as_far_as_they_had_come_and_done_ones_stay():
    w = world()
    both = [Address({"type": "unit", "id": w[n].pk}) for n in ("an", "dong")]
    shared = give(w["office"], "Khảo sát đầu năm", both, by=None, due_on=date(2024, 5, 31))
    own = give(w["office"], "Sửa mái nhà", both[1:], by=None, due_on=date(2024, 3, 31))
    head = make_user(role="leader", unit=w["dong"])
    report(own.assignments.get().pk, by=head, text="đã mời thầu", percent=40)
    apply(merger(w).pk, by=None)
    new = own.assignments.get(unit=w["an"])
    assert (new.percent, new.latest, new.due_on, new.stage) == (40, "đã mời thầu", date(2024, 3, 31), Stage.RECEIVED)
    assert own.assignments.get(unit=w["dong"]).transferred_to == new
    assert shared.assignments.filter(unit=w["an"]).count() == 1, "the heir had it already: nothing twice"
    assert shared.assignments.get(unit=w["dong"]).transferred_to == shared.assignments.get(unit=w["an"])


def test_people_keep_their_roles_at_the_heir():
    w = world()
    head = make_user(role="leader", unit=w["dong"])
    apply(merger(w).pk, by=None)
    assert [(r.unit, r.valid_to) for r in head.roles.order_by("id")] == [(w["dong"], DAY - timedelta(days=1)), (w["an"], None)]


def test_a_preview_tells_everything_and_changes_nothing():
    w = world()
    give(w["office"], "Khảo sát", [Address({"type": "unit", "id": w["dong"].pk})], by=None)
    make_user(role="leader", unit=w["dong"])
    before = snapshot()
    told = preview(merger(w))
    assert snapshot() == before
    assert [(e.name, e.heir) for e in told.ends] == [("TH Kim Đồng", "TH Chu Văn An")]
    assert [(c.name, c.facts) for c in told.changes] == [("Điểm trường Kim Đồng 2", [("parent_id", "TH Kim Đồng", "TH Chu Văn An")])]
    counts = {str(t.words): t.number for t in told.touched}
    assert counts["phần việc đang mở"] == 1
    assert counts["vai trò của người dùng"] == 1


def test_undo_is_refused_once_the_heir_has_worked_on_what_it_got():
    w = world()
    task = give(w["office"], "Sửa mái", [Address({"type": "unit", "id": w["dong"].pk})], by=None)
    e = merger(w)
    apply(e.pk, by=None)
    report(task.assignments.get(unit=w["an"]).pk, by=make_user(role="leader", unit=w["an"]), text="tiếp tục")
    with pytest.raises(KhueError, match="làm tiếp"):
        undo(e.pk, by=None)


def test_a_later_change_of_the_same_unit_must_be_undone_first():
    w = world()
    first = merger(w, name="TH Chu Văn An - Kim Đồng")
    apply(first.pk, by=None)
    second = event(w["office"], {"kind": "rename", "unit": w["an"].pk, "name": "TH Mới"}, on=DAY + timedelta(days=30))
    apply(second.pk, by=None)
    with pytest.raises(KhueError, match="thay đổi sau đó"):
        undo(first.pk, by=None)
    undo(second.pk, by=None)
    undo(first.pk, by=None)
    assert spell_of(w["dong"], today()).name == "TH Kim Đồng"


def test_what_is_effective_later_waits_for_its_day_and_is_applied_once(monkeypatch):
    w = world()
    later = today() + timedelta(days=10)
    e = event(w["office"], {"kind": "rename", "unit": w["an"].pk, "name": "TH Mới"}, on=later)
    assert apply(e.pk, by=None).state == Reorganisation.State.SCHEDULED
    assert spell_of(w["an"], later).name == "TH Chu Văn An"
    monkeypatch.setattr("khue.units.reorganise.applying.today", lambda: later)
    assert [a.pk for a in apply_due(later)] == [e.pk]
    assert apply_due(later) == []
    assert spell_of(w["an"], later).name == "TH Mới"


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([{"kind": "merge", "units": ["an"], "into": "an"}], "ít nhất hai"),
        ([{"kind": "transfer", "units": ["office"], "parent": "an"}], "dưới chính nó"),
        ([{"kind": "transfer", "units": ["an"], "parent": "an"}], "chính nó"),
        ([{"kind": "dissolve", "units": ["dong"]}], "trực thuộc"),
        ([{"kind": "rename", "unit": "an", "name": " "}], "tên mới"),
        ([{"kind": "explode"}], "loại"),
        ([{"kind": "split", "unit": "an", "parts": [{}]}], "Thiếu đơn vị"),
        ([{"kind": "dissolve", "units": ["third"]}, {"kind": "rename", "unit": "third", "name": "x"}], "Bước 2"),
    ],
)
def test_what_cannot_be_is_refused_with_the_step_and_nothing_changes(steps, words):
    w = world()

    def ids(value):
        if isinstance(value, str) and value in w:
            return w[value].pk
        return [ids(v) for v in value] if isinstance(value, list) else value

    before = snapshot()
    e = event(w["office"], *[{k: v if k == "name" else ids(v) for k, v in s.items()} for s in steps])
    with pytest.raises(KhueError, match=words):
        apply(e.pk, by=None)
    assert snapshot() == before


def steps_for(w, draw):
    """One sensible step on the world, drawn."""
    schools = ["an", "dong", "third"]
    kind = draw(st.sampled_from(["rename", "merge", "merge_new", "split", "dissolve", "transfer", "found"]))
    one, two = draw(st.permutations(schools))[:2]
    new = {"name": "Trường mới", "kind": "primary", "parent_id": w["office"].pk}
    return {
        "rename": {"kind": "rename", "unit": w[one].pk, "name": "Tên khác"},
        "merge": {"kind": "merge", "units": [w[one].pk, w[two].pk], "into": w[one].pk},
        "merge_new": {"kind": "merge", "units": [w[one].pk, w[two].pk], "into": new},
        "split": {"kind": "split", "unit": w[one].pk, "parts": [new, {**new, "name": "Trường mới 2"}], "stays": draw(st.booleans())},
        "dissolve": {"kind": "dissolve", "units": [w[one].pk], "heir": w[two].pk},
        "transfer": {"kind": "transfer", "units": [w[one].pk], "parent": w["city"].pk},
        "found": {"kind": "found", "unit": new},
    }[kind]


@settings(
    max_examples=min(20, settings().max_examples // 2), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_undo_gives_back_the_very_state_and_nothing_is_lost_or_doubled(data):
    w = world()
    for name in ("an", "dong", "third"):
        make_user(role="leader", unit=w[name])
        Webhook.objects.create(unit=w[name], name=name, address="https://tin.example/")
        give(w["office"], f"Việc của {name}", [Address({"type": "unit", "id": w[name].pk})], by=None)
    give(w["office"], "Việc chung", [Address({"type": "unit", "id": w[n].pk}) for n in ("an", "dong", "third")], by=None)
    before = snapshot()
    old_world = {u.pk: getattr(spell_of(u, DAY - timedelta(days=1)), "name", None) for u in Unit.objects.all()}
    e = event(w["office"], steps_for(w, data.draw))
    apply(e.pk, by=None)
    # the day before sees the old world
    assert {u: getattr(spell_of(Unit.objects.get(pk=u), DAY - timedelta(days=1)), "name", None) for u in old_world} == old_world
    # every task is still with somebody who stands, once
    for share in Assignment.objects.exclude(stage__in=[Stage.TRANSFERRED, Stage.WITHDRAWN]):
        closed_without_heir = share.unit.closed_on is not None and not Succession.objects.filter(before=share.unit, is_main=True).exists()
        assert share.unit.closed_on is None or closed_without_heir
    assert Webhook.objects.count() == 3
    assert not Webhook.objects.filter(unit__in=Succession.objects.filter(is_main=True, before__closed_on__isnull=False).values("before"))
    # every unit has at most one spell on any day
    for day in (DAY - timedelta(days=1), DAY, today()):
        holding = [s.unit_id for s in UnitSpell.objects.all() if s.holds(day)]
        assert len(holding) == len(set(holding))
    undo(e.pk, by=None)
    assert snapshot() == before
    Reorganisation.objects.all().delete()
    Webhook.objects.all().delete()
    for task in {a.task for a in Assignment.objects.all()}:
        task.delete()
