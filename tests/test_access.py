"""Every page of the access table, asked by every role about what is its own, below it, beside it, above it, and signed out."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from khue.accounts.access import CAPABILITIES, PAGES, Page
from khue.accounts.checks import page_names
from khue.accounts.models import Invitation, InvitationBatch, Role, RoleName, User
from khue.documents.models import CitedDocument, Document, Obligation, Reading, Report, Slip
from khue.files.store import keep
from khue.tasks import work
from khue.tasks.give import Address, give
from khue.tasks.models import ImportBatch, Webhook
from khue.units.groups import unit_ref
from khue.units.history import Reorganisation
from khue.units.models import Unit, UnitGroup
from tests.factories import make_place, make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
ROLES = list(RoleName)
BUILT = set(page_names())
NO_CAPABILITY = {"public", "signed-in", "half"}
# the operations of the API know no sessions: tests/api/test_access.py
SITE = {name: page for name, page in PAGES.items() if page.need != "token"}


def _patterns(resolver: Any, prefix: str = "", outer: dict[str, Any] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every page with the arguments of its address: {name: converter}, those of the parts around it, too."""
    for entry in resolver.url_patterns:
        found = {**(outer or {}), **{name: entry.pattern.converters.get(name) for name in entry.pattern.regex.groupindex}}
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix, found)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", found


ARGUMENTS = dict(_patterns(get_resolver()))


# --- one real object of every kind that an address can name


def _document(unit: Unit, by: User) -> dict[str, Any]:
    number = Document.objects.count() + 1
    file = keep(io.BytesIO(b"Bao cao"), name="cong-van.txt", kind="txt", by=None)
    document = Document.objects.create(
        unit=unit, book_year=2023, book_number=number, subject="Về việc kiểm tra", status="review", file=file
    )
    Reading.objects.create(document=document, text="Báo cáo trước 30/6.", reader_version="1", fingerprint=f"f{number}")
    made = Obligation.objects.create(document=document, start=0, end=19, quote="Báo cáo trước 30/6.")
    slip = Slip.objects.create(document=document, kind="date", start=0, end=7, quote="Báo cáo")
    cited = CitedDocument.objects.create(document=document, entry=0, symbol="12/CT-UBND")
    return {"pk": document.pk, "item": made.pk, "slip_id": slip.pk, "cited_id": cited.pk, "kind": "xlsx"}


def _person(unit: Unit, by: User) -> dict[str, Any]:
    user = make_user(role=RoleName.VIEWER, unit=unit)
    return {"pk": user.pk, "role_id": user.roles.get().pk}


def _invitation(unit: Unit, by: User) -> dict[str, Any]:
    number = Invitation.objects.count() + 1
    made = Invitation.objects.create(
        unit=unit, role="viewer", full_name="Lê Thị Mơ", email=f"mo{number}@truong.example", secret_hash=f"h{number}", created_by=by
    )
    return {"pk": made.pk}


def _batch(unit: Unit, by: User) -> dict[str, Any]:
    return {"pk": InvitationBatch.objects.create(unit=unit, file_name="giao-vien.xlsx", by=by).pk}


def _share(unit: Unit, by: User) -> dict[str, Any]:
    share = give(unit, "Báo cáo sĩ số.", [Address(unit_ref(unit.pk))], by=by).assignments.get()
    file = keep(io.BytesIO(b"So lieu"), name="si-so.txt", kind="text", by=None)
    work.comment(share.pk, "Kèm số liệu.", by=by, files=[file])
    return {"pk": share.pk, "action": "comment", "file_id": file.pk}


def _task(unit: Unit, by: User) -> dict[str, Any]:
    return {"pk": give(unit, "Báo cáo sĩ số.", [Address(unit_ref(unit.pk))], by=by).pk}


def _plan_batch(unit: Unit, by: User) -> dict[str, Any]:
    return {"pk": ImportBatch.objects.create(unit=unit, file_name="ke-hoach.xlsx", by=by).pk}


def _report(unit: Unit, by: User) -> dict[str, Any]:
    made = Report.objects.create(unit=unit, about="period", as_of=timezone.localdate(), title="Kết quả tháng 9", created_by=by)
    return {"pk": made.pk, "kind": "docx"}


def _webhook(unit: Unit, by: User) -> dict[str, Any]:
    made = Webhook.objects.create(unit=unit, name="Phần mềm trường", address="https://truong.example/tin", secret="x", active=False)
    return {"pk": made.pk, "action": "off"}


def _group(unit: Unit, by: User) -> dict[str, Any]:
    return {"pk": UnitGroup.objects.create(owner=unit, name="Các trường").pk}


def _reorganisation(unit: Unit, by: User) -> dict[str, Any]:
    step = {"kind": "rename", "unit": unit.pk, "name": "Tên mới", "short_name": ""}
    made = Reorganisation.objects.create(
        owner=unit, title="Đổi tên", effective_on=timezone.localdate() + timedelta(days=1), steps=[step], created_by=by
    )
    return {"pk": made.pk}


MAKERS: dict[str, Callable[[Unit, User], dict[str, Any]]] = {
    "document": _document,
    "unit": lambda unit, by: {"pk": unit.pk},
    "reorganisation": _reorganisation,
    "group": _group,
    "person": _person,
    "invitation": _invitation,
    "batch": _batch,
    "share": _share,
    "task": _task,
    "plan-batch": _plan_batch,
    "webhook": _webhook,
    "report": _report,
}


# pages that name something which belongs to nobody
COMMON: dict[str, Callable[[], dict[str, Any]]] = {
    "units:place": lambda: {"pk": make_place().pk},
    "tasks:month-export": lambda: {"kind": "ics"},
}


def address(name: str, made: dict[str, Any]) -> str:
    """The page's address with what it needs; kinds of argument that no maker knows are numbers or words."""
    spare = {k: 1 if type(converter).__name__ == "IntConverter" else "x" for k, converter in ARGUMENTS[name].items()}
    return reverse(name, kwargs={k: made.get(k, value) for k, value in spare.items()})


class World:
    """above > own > below, and foreign beside own; `person` has one role at own."""

    def __init__(self, role: RoleName | None) -> None:
        self.above = make_unit(name="Sở")
        self.own = make_unit(name="Phòng", parent=self.above)
        self.below = make_unit(name="Trường", parent=self.own)
        self.foreign = make_unit(name="Phòng bên", parent=self.above)
        self.by = make_user(name="Người khác")
        self.person = make_user(role=role, unit=self.own, name="Người hỏi", password="x") if role else None
        self.client = sign_in(Client(), self.person) if self.person else Client()

    def ask(self, name: str, unit: Unit, *, post: bool = False) -> int:
        """The status for an object of that unit; a page that only takes POST says 405 to GET."""
        target = PAGES[name].target
        made = MAKERS[target](unit, self.by) if target else COMMON.get(name, dict)()
        where = address(name, made)
        answer = self.client.get(where)
        if post and answer.status_code == 405:
            answer = self.client.post(where)
        self.location = answer.get("Location", "")
        return answer.status_code

    @property
    def at_sign_in(self) -> bool:
        """Whether the last answer led to the sign-in page because nobody is signed in."""
        return self.location.startswith(reverse("account_login") + "?next=")


def built(name: str) -> Page:
    if name not in BUILT:
        pytest.skip("not there yet; `check` says so, too")
    return PAGES[name]


def test_the_table_and_the_pages_agree():
    """No page without an entry, no entry without a page. Until this holds, pages that are missing are skipped below."""
    assert [str(error) for error in run_checks(tags=["access"])] == []


def test_every_kind_of_object_has_a_maker():
    assert {page.target for page in PAGES.values()} - {""} <= set(MAKERS)


@pytest.mark.parametrize("name", SITE)
def test_signed_out_only_public_pages_open(name):
    page, world = built(name), World(None)
    status = world.ask(name, world.own)
    if page.need == "public":
        assert not world.at_sign_in
        assert status != 403
    else:
        assert status == 302
        assert world.at_sign_in


@pytest.mark.parametrize("name", [n for n, p in SITE.items() if p.need not in NO_CAPABILITY])
def test_signed_out_a_program_is_told_so(name):
    built(name)
    world = World(None)
    made = MAKERS[PAGES[name].target](world.own, world.by) if PAGES[name].target else {}
    assert world.client.get(address(name, made), headers={"accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", SITE)
def test_every_role_reaches_what_the_table_says(name, role):
    page, world = built(name), World(role)
    for unit in (world.own, world.below):
        status = world.ask(name, unit)
        if page.need in NO_CAPABILITY:
            # a page of sign-in may have nothing to show to somebody who is signed in already
            assert status in REACHED | {401, 404}, f"{name}: {status}"
            assert not world.at_sign_in
        elif role in CAPABILITIES[page.need]:
            assert status in REACHED, f"{name}: {status}"
        else:
            assert status == 403, f"{name}: {status}"


REACHED = {200, 302, 405, 409, 410}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [n for n, p in SITE.items() if p.target])
def test_what_belongs_to_another_unit_is_not_there(name, role):
    page, world = built(name), World(role)
    expected = 404 if role in CAPABILITIES[page.need] else 403
    for unit in (world.foreign, world.above):
        assert world.ask(name, unit, post=True) == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [n for n, p in SITE.items() if p.target == "document"])
def test_a_share_of_what_a_document_asks_opens_what_the_table_says_and_no_more(name, role):
    page, world = built(name), World(role)
    made = _document(world.foreign, world.by)
    give(
        world.foreign,
        "Báo cáo sĩ số.",
        [Address(unit_ref(world.below.pk))],
        by=world.by,
        document_id=made["pk"],
        obligation_id=made["item"],
    )
    answer = world.client.get(address(name, made))
    if answer.status_code == 405:
        answer = world.client.post(address(name, made))
    if page.share and role in CAPABILITIES[page.share]:
        assert answer.status_code == 200
    else:
        assert answer.status_code == (404 if role in CAPABILITIES[page.need] else 403)


@pytest.mark.parametrize("name", [n for n, p in SITE.items() if p.target and not p.need.endswith(".view")])
def test_a_role_below_gives_no_power_above(name):
    """Somebody who sees a unit but has the capability only below it: 403, not done."""
    page, world = built(name), World(RoleName.VIEWER)
    capable = next(role for role in ROLES if role in CAPABILITIES[page.need])
    Role.objects.create(user=world.person, unit=world.below, role=capable)
    assert world.ask(name, world.own, post=True) == 403
    assert world.ask(name, world.below) in REACHED


@pytest.mark.parametrize("name", [n for n, p in SITE.items() if p.target])
def test_a_role_that_ended_opens_nothing(name):
    built(name)
    world = World(RoleName.ADMIN)
    yesterday = timezone.localdate() - timedelta(days=1)
    Role.objects.filter(user=world.person).update(valid_to=yesterday)
    assert world.ask(name, world.own, post=True) == 403


@pytest.mark.parametrize("name", [n for n, p in SITE.items() if p.target])
def test_what_does_not_exist_is_not_there(name):
    built(name)
    world = World(RoleName.ADMIN)
    for role in ROLES[:-1]:
        Role.objects.create(user=world.person, unit=world.own, role=role)
    where = address(name, {"pk": 987654321})
    answer = world.client.get(where)
    if answer.status_code == 405:
        answer = world.client.post(where)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", [n for n, p in SITE.items() if p.need != "public" and p.need != "half"])
def test_without_a_second_factor_one_is_sent_to_set_it_up(name, settings):
    settings.REQUIRE_MFA = True
    built(name)
    world = World(RoleName.ADMIN)
    assert world.ask(name, world.own) == 302
    assert world.location == reverse("mfa_index")
