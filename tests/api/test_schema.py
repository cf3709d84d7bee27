"""Schemathesis: whatever is asked, no server error and nothing that the description does not say."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from khue.accounts.models import Role, RoleName
from khue.api.site import schema as described
from khue.documents.confirm import confirm
from khue.documents.giving import give_plan
from khue.documents.models import Report, Slip, State
from khue.documents.review import apply
from khue.files.store import keep
from khue.tasks import work
from khue.tasks.models import Assignment, Event
from khue.tasks.standing import mark
from khue.units.models import UnitGroup
from khue.units.tree import today
from khue.wsgi import application
from tests.api.world import token
from tests.documents.makers import make_clerk, make_document, make_office

pytestmark = pytest.mark.django_db
CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = sorted(o["operationId"] for methods in described()["paths"].values() for o in methods.values())
MODES = {"right": GenerationMode.POSITIVE, "wrong": GenerationMode.NEGATIVE}
EXAMPLES = 12
# lists and figures that take an earlier day
OF_A_DAY = {
    f"{method.upper()} {path}"
    for path, methods in described()["paths"].items()
    for method, o in methods.items()
    if any(p["name"] == "on" for p in o.get("parameters", []))
}


class City:
    """A small demo: a directive read, settled and given out, with reports on the way; `ids` are what addresses may name."""

    def __init__(self) -> None:
        office = make_office()
        clerk = make_clerk(office, RoleName.SPECIALIST)
        for role in (RoleName.LEADER, RoleName.ADMIN):
            Role.objects.create(user=clerk, unit=office, role=role)
        settled = make_document(office, by=clerk)
        apply(settled.pk, "state", {"items": [o.pk for o in settled.obligations.all()], "state": State.ACCEPTED}, by=clerk)
        for slip in Slip.objects.filter(document=settled):
            apply(settled.pk, "answer", {"slip": slip.pk, "answer": "ask"}, by=clerk)
        confirm(settled.pk, by=clerk)
        give_plan(settled.pk, by=clerk, on=date(2023, 9, 1))
        fresh = make_document(office, by=clerk, text="Kế hoạch kiểm tra. Các trường báo cáo trước ngày 15/10/2023.", name="ke-hoach.txt")
        shares = list(Assignment.objects.order_by("pk"))
        for n, share in enumerate(shares):
            if n % 3:
                work.report(share.pk, by=clerk, text="Đã làm.", percent=40 if n % 3 == 1 else None, submit=n % 3 == 2)
            elif share.due_on:
                work.ask_extension(share.pk, share.due_on + timedelta(days=9), "Chờ số liệu.", by=clerk)
        evidence = keep(io.BytesIO(b"Danh sach"), name="danh-sach.txt", kind="text", by=clerk)
        for share in shares:
            work.comment(share.pk, "Kèm danh sách.", by=clerk, files=[evidence])
        # all this was weeks ago: an earlier day can be asked for
        Event.objects.update(at=F("at") - timedelta(days=60))
        mark([s.pk for s in shares])
        group = UnitGroup.objects.create(owner=office, name="Các trường tiểu học", kinds=["primary"])
        report = Report.objects.create(unit=office, about="brief", as_of=today(), title="Phục vụ họp giao ban", created_by=clerk)
        self.secret = token(clerk)
        self.ids = {
            "documents": [settled.pk, fresh.pk],
            "tasks": [s.task_id for s in shares],
            "shares": [s.pk for s in shares],
            "units": [office.pk],
            "reports": [report.pk],
        }
        self.unit, self.file, self.ref = office.pk, evidence.pk, f'{{"type": "group", "id": {group.pk}}}'

    def aim(self, case: Any, *, wrong: bool) -> None:
        """Most addresses name something that is there, most forms a unit that may be written to."""
        pk = case.path_parameters.get("pk")
        if type(pk) is int and pk % 4:
            known = self.ids[case.operation.path.split("/")[2]]
            case.path_parameters["pk"] = known[pk % len(known)]
            if "file_id" in case.path_parameters:
                case.path_parameters["file_id"] = self.file
        if case.operation.path == "/api/members" and len(case.query.get("ref", "")) % 2:
            case.query["ref"] = self.ref
        if case.operation.label in OF_A_DAY and not wrong and len(str(case.query)) % 3:
            # of all days, units and words few have anything to tell
            day = today() - timedelta(days=len(str(case.query)) % 30)
            case.query = {name: value for name, value in case.query.items() if name in ("limit", "role", "sort", "by")} | {"on": f"{day}"}
        if isinstance(case.body, dict) and type(case.body.get("unit")) is int and case.body["unit"] % 4:
            case.body["unit"] = self.unit


@pytest.fixture
def _one_connection():
    """As Django's own test client does: the transaction of the test stays open from one request to the next."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", MODES)
def test_no_server_error_and_no_breach_of_the_description(mode):
    city = City()
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    found = {}
    for name in OPERATIONS:
        operation = schema.find_operation_by_id(name)
        if mode == "wrong" and not (list(operation.iter_parameters()) or operation.body):
            continue
        moment = transaction.savepoint()
        try:
            _ask(city, operation, MODES[mode])
        except (Exception, BaseExceptionGroup) as error:
            found[name] = _in_words(error)
        transaction.savepoint_rollback(moment)
    assert found == {}


def _ask(city: City, operation: Any, mode: GenerationMode) -> None:
    # named here: of a path that begins with two strokes the client makes a host of its own, which is refused before the API
    headers = {"Authorization": f"Bearer {city.secret}", "Accept-Encoding": "identity", "Host": "localhost"}

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        city.aim(case, wrong=mode == GenerationMode.NEGATIVE)
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    ask()


def _in_words(error: BaseException) -> str:
    parts = getattr(error, "exceptions", ())
    return "; ".join(map(_in_words, parts)) if parts else f"{type(error).__name__}: {error}"
