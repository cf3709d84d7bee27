"""To whom a unit gives orders, and to whom it does not."""

import pytest

from khue.core.errors import KhueError
from khue.documents.giving import plan_of
from khue.tasks.give import Address, give, may_lead
from khue.units.groups import unit_ref
from khue.units.kinds import UnitKind
from khue.units.tree import today
from tests.documents.makers import make_document, make_office
from tests.documents.test_confirm import settle
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    office = make_office()
    city = office.spells.get().parent
    ward = make_unit(name="UBND phường Một", kind=UnitKind.COMMUNE, parent=city)
    school = office.child_spells.order_by("pk").first().unit
    other = office.child_spells.order_by("pk").last().unit
    stranger = make_unit(name="Sở GD&ĐT", kind=UnitKind.DEPARTMENT)
    return {"office": office, "city": city, "ward": ward, "school": school, "other": other, "stranger": stranger}


def test_an_office_gives_orders_to_all_that_its_committee_leads_but_not_to_the_committee(world):
    led = may_lead(world["office"], today())
    assert {world[n].pk for n in ("ward", "school", "other", "office")} <= led
    assert not {world["city"].pk, world["stranger"].pk} & led


@pytest.mark.parametrize("to", ["other", "office", "city", "stranger"])
def test_a_school_gives_no_task_to_others(world, to):
    with pytest.raises(KhueError, match="không giao việc cho"):
        give(world["school"], "Nộp báo cáo", [Address(unit_ref(world[to].pk))], by=None)


def test_a_school_may_name_others_as_partners_and_give_to_its_own_site(world):
    site = make_unit(name="Điểm trường", kind=UnitKind.SITE, parent=world["school"])
    partner = Address(unit_ref(world["ward"].pk), is_partner=True)
    task = give(world["school"], "Dọn vệ sinh", [Address(unit_ref(site.pk)), partner], by=None)
    assert {a.unit for a in task.assignments.all()} == {site, world["ward"]}


def test_what_a_plan_asks_of_units_outside_is_not_ticked(world):
    document = make_document(world["office"])
    one = document.obligations.first()
    one.owners = [{**one.owners[0], "ref": unit_ref(world["stranger"].pk), "label": "Sở GD&ĐT"}]
    one.save()
    settle(document, document.created_by)
    document.refresh_from_db()
    planned = next(p for p in plan_of(document) if p.obligation.pk == one.pk)
    assert planned.outside == ["Sở GD&ĐT"]
    assert not planned.sure
