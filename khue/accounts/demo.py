"""The demo's people: made-up names, every role, at the units of the demo city. One password for all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from django.contrib.auth.hashers import make_password
from django.db import transaction

from khue.accounts.models import Delegation, Role, RoleName, User
from khue.accounts.people import index_person, keep_email
from khue.units.kinds import UnitKind
from khue.units.models import Unit
from khue.units.tree import today

if TYPE_CHECKING:
    from khue.units.demo import DemoCity

PASSWORD = "lao-cai-2023"


class SignIn(TypedDict):
    """One account to try: username, name, unit, role."""

    username: str
    name: str
    unit: str
    role: str


@dataclass(frozen=True, slots=True)
class _Somebody:
    username: str
    full_name: str
    title: str
    unit: Unit
    role: RoleName


@transaction.atomic
def make_people(city: "DemoCity") -> list[SignIn]:
    """Makes the people that are missing, one with two roles and one delegation; a second run changes nothing."""
    hashed = make_password(PASSWORD)
    for somebody in _everybody(city):
        _make(somebody, hashed)
    head, specialist = (User.objects.get(username=name) for name in ("truongphong", "chuyenvien"))
    _role(specialist, city.communes[0], RoleName.VIEWER)
    index_person(specialist)
    if not Delegation.objects.filter(giver=head, taker=specialist).exists():
        ends = today() + timedelta(days=60)
        Delegation.objects.create(giver=head, taker=specialist, starts_on=today(), ends_on=ends, reason="Đi công tác")
    return sign_ins()


def _everybody(city: "DemoCity") -> list[_Somebody]:
    """Username, name, title, unit, role; the first twelve stand on the sign-in page."""
    nursery, primary, secondary = (_school(city, kind) for kind in (UnitKind.KINDERGARTEN, UnitKind.PRIMARY, UnitKind.LOWER_SECONDARY))
    both = _school(city, UnitKind.PRIMARY_LOWER)
    one, other = city.communes[0], city.communes[1]
    r = RoleName
    return [
        _Somebody("truongphong", "Trần Thị Minh Hà", "Trưởng phòng", city.office, r.LEADER),
        _Somebody("chuyenvien", "Nguyễn Quốc Bảo", "Chuyên viên", city.office, r.SPECIALIST),
        _Somebody("vanthu", "Lê Thu Trang", "Văn thư", city.office, r.CLERK),
        _Somebody("quantri", "Phạm Đức Long", "Quản trị hệ thống", city.office, r.ADMIN),
        _Somebody("so.lanhdao", "Hoàng Văn Tuyên", "Phó Giám đốc", city.department, r.LEADER),
        _Somebody("so.chuyenvien", "Vũ Ngọc Diệp", "Chuyên viên", city.department, r.SPECIALIST),
        _Somebody("so.quantri", "Đặng Anh Tuấn", "Quản trị hệ thống", city.department, r.ADMIN),
        _Somebody("tp.lanhdao", "Bùi Hồng Sơn", "Phó Chủ tịch", city.city, r.LEADER),
        _Somebody("xa.canbo", "Lò Thị Mai", "Công chức văn hóa - xã hội", one, r.CLERK),
        _Somebody("hieutruong", "Nguyễn Thị Thanh Xuân", "Hiệu trưởng", primary, r.LEADER),
        _Somebody("nhaplieu", "Giàng A Páo", "Giáo viên kiêm thống kê", primary, r.ENTRY),
        _Somebody("xem", "Đỗ Khánh Linh", "Giáo viên", secondary, r.VIEWER),
        _Somebody("tp.vanthu", "Hà Thị Ngân", "Văn thư", city.city, r.CLERK),
        _Somebody("xa.lanhdao", "Sùng A Chính", "Phó Chủ tịch", other, r.LEADER),
        _Somebody("mn.hieutruong", "Trịnh Thị Hoa", "Hiệu trưởng", nursery, r.LEADER),
        _Somebody("thcs.hieutruong", "Lương Văn Thành", "Hiệu trưởng", secondary, r.LEADER),
        _Somebody("thcs.quantri", "Ngô Minh Đức", "Giáo viên Tin học", secondary, r.ADMIN),
        _Somebody("lc.hieutruong", "Vàng Thị Súa", "Hiệu trưởng", both, r.LEADER),
        _Somebody("lc.vanthu", "Phan Thị Yến", "Văn thư", both, r.CLERK),
    ]


def _school(city: "DemoCity", kind: UnitKind) -> Unit:
    return next((school for school in city.schools if school.kind == kind), city.schools[0])


def _make(somebody: _Somebody, hashed: str) -> None:
    user = User.objects.filter(username=somebody.username).first()
    if user is None:
        email = f"{somebody.username}@khue.example"
        user = User.objects.create_user(somebody.username, None, full_name=somebody.full_name, title=somebody.title, email=email)
        # hashing takes its time on purpose; one hash of the one password will do for all
        user.password = hashed
        user.save(update_fields=["password"])
        keep_email(user)
    _role(user, somebody.unit, somebody.role)
    index_person(user)


def _role(user: User, unit: Unit, role: RoleName) -> None:
    Role.objects.get_or_create(user=user, unit=unit, role=role, valid_to=None)


def sign_ins(most: int = 12) -> list[SignIn]:
    """The demo's accounts as they are in the database, at most `most`, those to try first."""
    users = {u.username: u for u in User.objects.filter(email__endswith="@khue.example", is_active=True).prefetch_related("roles__unit")}
    found: list[SignIn] = []
    for user in sorted(users.values(), key=lambda u: u.pk)[:most]:
        role = next(iter(user.roles.all()), None)
        if role:
            found.append(SignIn(username=user.username, name=user.full_name, unit=role.unit.called, role=role.get_role_display()))
    return found
