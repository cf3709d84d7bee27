"""An education office with schools and a commune below a city, and the people who work there."""

from datetime import date, timedelta
from typing import Any

from khue.accounts.models import RoleName
from khue.accounts.person import Person
from khue.tasks.give import Address, give
from khue.tasks.models import Assignment, Task
from khue.units.groups import rule_ref, unit_ref
from khue.units.kinds import UnitKind
from khue.units.models import Unit
from khue.units.tree import today
from tests.factories import make_unit, make_user

QUOTE = "Huy động 98,5% trẻ 6 tuổi vào lớp 1."


class World:
    """city > office > two primary schools and a kindergarten; a commune beside the office; another office elsewhere."""

    def __init__(self) -> None:
        self.city = make_unit(name="UBND thành phố", kind=UnitKind.DISTRICT)
        self.office = make_unit(name="Phòng Giáo dục", kind=UnitKind.EDUCATION_OFFICE, parent=self.city)
        self.lua = self.school("Trường Tiểu học Bông Lúa")
        self.sen = self.school("Trường Tiểu học Sen Hồng")
        self.mai = make_unit(name="Trường Mầm non Hoa Mai", kind=UnitKind.KINDERGARTEN, parent=self.office)
        self.commune = make_unit(name="UBND phường Cốc Lếu", kind=UnitKind.COMMUNE, parent=self.city)
        self.elsewhere = make_unit(name="Phòng Giáo dục huyện bên", kind=UnitKind.EDUCATION_OFFICE)
        self.official = make_user(role=RoleName.SPECIALIST, unit=self.office, name="Nguyễn Quốc Bảo")
        self.head = make_user(role=RoleName.LEADER, unit=self.lua, name="Trần Thị Hòa")
        self.other_head = make_user(role=RoleName.LEADER, unit=self.sen, name="Lê Văn Sen")
        self.chair = make_user(role=RoleName.LEADER, unit=self.commune, name="Lý A Sùng")
        self.stranger = make_user(role=RoleName.LEADER, unit=self.elsewhere)

    def school(self, name: str, **said: Any) -> Unit:
        return make_unit(name=name, kind=UnitKind.PRIMARY, parent=self.office, **said)

    @property
    def schools(self) -> Address:
        return Address(rule_ref([UnitKind.PRIMARY], label="Các trường tiểu học", within=self.office.pk))

    def helping(self, owes: str = "Rà soát trẻ tạm trú") -> Address:
        return Address(unit_ref(self.commune.pk), self.commune.name, True, owes)

    def give(self, *addresses: Address, quote: str = QUOTE, due: date | None = None, **fields: Any) -> Task:
        fields = {"due_on": due or today() + timedelta(days=10), **fields}
        return give(self.office, quote, addresses or (self.schools,), by=self.official, **fields)

    def share(self, task: Task, unit: Unit | None = None) -> Assignment:
        return task.assignments.select_related("task", "unit").get(unit=unit or self.lua)


def person(user: Any) -> Person:
    return Person(user)
