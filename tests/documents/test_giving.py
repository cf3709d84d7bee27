"""A settled plan goes out to those whom its owners mean."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.accounts.models import RoleName
from khue.core.errors import KhueError
from khue.documents.giving import give_plan, plan_of
from khue.documents.models import State
from khue.documents.targets import of_what
from khue.tasks.give import withdraw
from khue.tasks.models import Task
from khue.tasks.recurring import beginning
from khue.units.kinds import UnitKind
from khue.units.tree import today
from tests.documents.makers import make_clerk, make_document
from tests.documents.test_confirm import settle
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    made = make_document()
    settle(made, made.created_by)
    made.refresh_from_db()
    return made


def test_a_plan_that_is_not_settled_does_not_go_out():
    document = make_document()
    with pytest.raises(KhueError, match="chưa chốt"):
        give_plan(document.pk, by=document.created_by)


def test_an_owner_becomes_a_receiver_with_deadline_target_and_the_way_back_to_the_sentence(document):
    give_plan(document.pk, by=document.created_by)
    obligation = document.obligations.filter(quote__contains="98%").get()
    task = Task.objects.get(obligation_id=obligation.pk)
    assert [a.unit.name for a in task.assignments.all()] == ["Trường Mầm non Hoa Mai"]
    assert (task.document_id, task.document_name, task.section) == (document.pk, "Chỉ thị 11/CT-UBND", obligation.section)
    assert (task.targets[0]["value"], task.targets[0]["of"]) == (98, "trẻ 5 tuổi")


@pytest.mark.parametrize(
    ("unit", "quote", "of"),
    [
        ("%", "100% học sinh lớp 3", "học sinh lớp 3"),
        ("%", "tối thiểu 98 % học sinh", "học sinh"),
        ("%", "phấn đấu từ 85% số xã trở lên", "số xã"),
        ("%", "đạt từ 99,5% trở lên", ""),
        ("%", "đạt 100%", ""),
        ("%", "", ""),
        ("trường", "ít nhất 20 trường", ""),
    ],
)
def test_a_share_to_be_reached_says_of_what(unit, quote, of):
    assert of_what({"unit": unit, "quote": quote}) == of


def test_partners_go_out_as_partners(document):
    obligation = document.obligations.filter(partners__0__isnull=False).first()
    police = make_unit(name="Công an thành phố Hoa Sen", kind=UnitKind.FORCE, parent=document.unit.spells.get().parent)
    ward = make_unit(name="UBND phường Một", kind=UnitKind.COMMUNE, parent=document.unit.spells.get().parent)
    obligation.owners = [{**obligation.owners[0], "ref": {"type": "unit", "id": ward.pk}, "label": ward.name}]
    obligation.partners = [{**obligation.partners[0], "ref": {"type": "unit", "id": police.pk}, "label": police.name}]
    obligation.save()
    give_plan(document.pk, by=document.created_by)
    task = Task.objects.get(obligation_id=obligation.pk)
    assert [(a.unit, a.is_partner) for a in task.assignments.all()] == [(ward, False), (police, True)]


def test_what_names_nobody_stays_behind_with_its_reason_until_a_default_is_chosen(document):
    obligation = document.obligations.first()
    obligation.owners = []
    obligation.save()
    _made, left = give_plan(document.pk, by=document.created_by)
    assert obligation in [p.obligation for p in left]
    document.default_owner = {"ref": {"type": "unit", "id": document.unit_id}, "label": "Phòng"}
    document.save()
    again, left = give_plan(document.pk, by=document.created_by)
    assert [t.obligation_id for t in again] == [obligation.pk]
    assert obligation.pk not in {p.obligation.pk for p in left}


def test_giving_twice_gives_once(document):
    made, _ = give_plan(document.pk, by=document.created_by)
    again, _ = give_plan(document.pk, by=document.created_by)
    assert made
    assert again == []
    assert all(p.given or p.why_not for p in plan_of(document))


def test_rejected_obligations_do_not_go_out(document):
    first = document.obligations.first()
    first.state = State.REJECTED
    first.save()
    give_plan(document.pk, by=document.created_by)
    assert not Task.objects.filter(obligation_id=first.pk).exists()


def test_a_demo_may_move_the_deadlines_by_years(document):
    give_plan(document.pk, by=document.created_by, shift_years=3)
    assert Task.objects.filter(due_on=date(2026, 10, 15)).exists()


def test_the_page_shows_whom_it_goes_to_and_gives_out_what_is_ticked(client, document):
    sign_in(client, document.created_by)
    text = client.get(f"/van-ban/{document.pk}/giao/", headers={"accept-language": "vi"}).content.decode()
    assert "Phòng Giáo dục và Đào tạo thành phố Hoa Sen" in text
    first = document.obligations.first()
    for _ in range(2):
        client.post(f"/van-ban/{document.pk}/giao/", {"o": [first.pk], "_once": "k"})
    assert list(Task.objects.values_list("obligation_id", flat=True)) == [first.pk]
    assert "phần việc đã giao" in client.get(f"/van-ban/{document.pk}/", headers={"accept-language": "vi"}).content.decode()


def test_every_number_on_the_page_of_a_document_opens_the_list_it_counts(client, document):
    """Also for a specialist who has work of their own from it: the list of tasks would open on that."""
    give_plan(document.pk, by=document.created_by)
    specialist = make_user(role=RoleName.SPECIALIST, unit=document.unit)
    page = sign_in(client, specialist).get(f"/van-ban/{document.pk}/").content.decode()
    block = re.search(r'<ul class="figures five">(.*?)</ul>', page, re.S)[1]
    shown = re.findall(r'<a href="([^"]+)"><b>(\d+)</b>', block)
    assert len(shown) == 5
    counted = [int(number) for _address, number in shown]
    assert counted[0] == sum(counted[1:]) > 0
    for address, number in shown:
        assert client.get(html.unescape(address)).context["page_obj"].paginator.count == int(number), address


def test_a_viewer_may_not_give_out(client, document):
    sign_in(client, make_clerk(document.unit, "viewer"))
    assert client.get(f"/van-ban/{document.pk}/giao/").status_code == 403


def test_the_page_marks_a_deadline_that_is_gone_already(client, document):
    sign_in(client, document.created_by)
    text = client.get(f"/van-ban/{document.pk}/giao/", headers={"accept-language": "vi"}).content.decode()
    assert text.count('<span class="chip now">đã qua hạn') == 2  # the third has a deadline, too, but nobody to go to
    document.obligations.update(due=date(2999, 1, 1))
    assert "đã qua hạn" not in client.get(f"/van-ban/{document.pk}/giao/", headers={"accept-language": "vi"}).content.decode()


def test_the_page_counts_what_is_ticked_and_says_what_is_not_and_why(client, document):
    document.obligations.update(due=date(2999, 1, 1))
    late = document.obligations.filter(quote__contains="khảo sát").get()
    late.due = date(2023, 10, 15)
    late.save()
    sign_in(client, document.created_by)
    answer = client.get(f"/van-ban/{document.pk}/giao/", headers={"accept-language": "vi"})
    counted = {name: answer.context[name] for name in ("sure", "late", "outside", "units")}
    text = " ".join(answer.content.decode().split())
    blocked = len(answer.context["blocked"])
    assert counted["late"] == 1
    assert len(answer.context["ready"]) == counted["sure"] + 1
    assert f"{counted['sure']} việc chọn sẵn, tới {counted['units']} đơn vị" in text
    assert "1 việc đã qua hạn nên chưa chọn sẵn." in text
    assert f"{blocked} việc chưa giao được, lý do ở cuối trang." in text
    assert not re.search(r"<input[^>]* checked[^>]*data-check-all", text)


def test_after_giving_it_is_told_to_how_many_and_what_stays_behind_and_why(client, document):
    sign_in(client, document.created_by)
    planned = plan_of(document)
    ready, blocked = [p for p in planned if not p.why_not], [p for p in planned if p.why_not]
    told = {"headers": {"accept-language": "vi"}, "follow": True}
    text = client.post(f"/van-ban/{document.pk}/giao/", {"o": [ready[0].obligation.pk]}, **told).content.decode()
    assert "Đã giao 1 việc, tới 1 đơn vị." in text
    assert f"Còn {len(ready) - 1} việc chưa chọn giao. {len(blocked)} việc chưa giao được vì chưa rõ đơn vị." in text
    assert f'<a href="/van-ban/{document.pk}/giao/">Xem ở trang Giao việc</a>' in text
    assert "Chưa chọn việc nào" in client.post(f"/van-ban/{document.pk}/giao/", {}, **told).content.decode()


def test_a_reason_that_many_share_is_said_once(client, document):
    document.obligations.update(owners=[])
    sign_in(client, document.created_by)
    answer = client.get(f"/van-ban/{document.pk}/giao/", headers={"accept-language": "vi"})
    assert len(answer.context["blocked"]) > 1
    assert answer.content.decode().count("Câu không nêu tên ai") == 1


def taken_back(document):
    """All of the plan is out, and one task, which is not late, was taken back with a reason."""
    document.obligations.update(due=date(2999, 1, 1))
    made, _left = give_plan(document.pk, by=document.created_by)
    withdraw(made[0].pk, by=document.created_by, why="Chờ hướng dẫn của Sở")
    return document.obligations.get(pk=made[0].obligation_id)


def test_what_was_taken_back_is_not_ticked_again_and_says_when_and_why(client, document):
    back = taken_back(document)
    sign_in(client, document.created_by)
    answer = client.get(f"/van-ban/{document.pk}/giao/", headers={"accept-language": "vi"})
    text = " ".join(answer.content.decode().split())
    assert [p.obligation for p in answer.context["ready"]] == [back]
    assert (answer.context["sure"], answer.context["units"]) == (0, 0)
    assert f"đã thu hồi ngày {today():%d/%m/%Y}: Chờ hướng dẫn của Sở" in text
    assert not re.search(rf'<input[^>]*value="{back.pk}"[^>]* checked', text)
    assert "1 việc đã thu hồi nên chưa chọn sẵn." in text


def test_what_was_taken_back_is_no_work_left_to_give_and_goes_out_only_where_it_is_named(client, document):
    back = taken_back(document)
    other = document.obligations.exclude(pk=back.pk).filter(pk__in=Task.objects.values("obligation_id")).first()
    Task.objects.filter(obligation_id=other.pk).delete()
    sign_in(client, document.created_by)
    told = {"headers": {"accept-language": "vi"}, "follow": True}
    text = client.post(f"/van-ban/{document.pk}/giao/", {"o": [other.pk]}, **told).content.decode()
    assert "Đã giao 1 việc" in text
    assert "chưa chọn giao" not in text
    assert give_plan(document.pk, by=document.created_by)[0] == []
    client.post(f"/van-ban/{document.pk}/giao/", {"o": [back.pk]})
    assert Task.objects.filter(obligation_id=back.pk, withdrawn_at__isnull=True).count() == 1


def test_what_comes_round_tells_the_deadline_of_its_first_period_before_it_is_given(client, document):
    first = document.obligations.first()
    first.recurs, first.due_quote, first.due = "monthly", "trước ngày 25 hằng tháng", None
    first.save()
    due = beginning("monthly", first.due_quote, today())["due_on"]
    sign_in(client, document.created_by)
    for page in ("", "giao/"):
        assert (
            f"kỳ đầu hạn {due:%d/%m/%Y}" in client.get(f"/van-ban/{document.pk}/{page}", headers={"accept-language": "vi"}).content.decode()
        )
    give_plan(document.pk, by=document.created_by)
    assert Task.objects.get(obligation_id=first.pk).due_on == due
    assert "kỳ đầu hạn" not in client.get(f"/van-ban/{document.pk}/", headers={"accept-language": "vi"}).content.decode()


def test_each_row_of_a_plan_that_is_out_leads_to_its_task_and_says_how_far_it_is(client, document):
    sign_in(client, document.created_by)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            text = client.get(f"/van-ban/{document.pk}/", headers={"accept-language": "vi"}).content.decode()
        return len(seen), text

    before, text = asked()
    assert "xong 0/" not in text
    made, _left = give_plan(document.pk, by=document.created_by)
    withdraw(made[0].pk, by=document.created_by, why="Trùng")
    after, text = asked()
    assert f'<a href="/viec/{made[1].pk}/">xong 0/{made[1].assignments.filter(is_partner=False).count()}</a>' in text
    assert f'href="/viec/{made[0].pk}/"' not in text
    assert after <= before, "no query for each row"
