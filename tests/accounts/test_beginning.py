import pytest
from django.core.exceptions import ValidationError

from khue.accounts import demo
from khue.accounts.models import Delegation, Role, RoleName, User
from khue.accounts.person import Person
from khue.accounts.setup import first_steps
from khue.core.models import Action
from khue.units.models import Unit

pytestmark = pytest.mark.django_db
GOOD = {
    "unit_name": "Sở Giáo dục và Đào tạo",
    "kind": "department",
    "username": "quan.tri",
    "full_name": "Phạm Long",
    "email": "long@so.example",
    "password": "hoa-ban-trang-1",
}


class TestFirstSteps:
    def test_it_makes_the_first_unit_and_its_admin(self):
        unit, user = first_steps(**GOOD)
        assert user.check_password(GOOD["password"])
        assert Person(user).can_at("people.manage", unit.pk)
        assert Action.objects.filter(verb="unit.founded", by=user).exists()

    def test_it_is_refused_a_second_time(self):
        first_steps(**GOOD)
        with pytest.raises(ValidationError, match="đã có"):
            first_steps(**{**GOOD, "username": "khac"})

    @pytest.mark.parametrize(
        ("field", "value"),
        [("unit_name", " "), ("kind", "vuong-quoc"), ("username", "a b"), ("full_name", ""), ("email", "x"), ("password", "ngan")],
    )
    def test_what_is_wrong_is_named_and_nothing_is_made(self, field, value):
        with pytest.raises(ValidationError) as error:
            first_steps(**{**GOOD, field: value})
        assert list(error.value.message_dict) == [field]
        assert Unit.objects.count() == User.objects.count() == 0


class TestDemo:
    @pytest.fixture
    def city(self):
        from khue.units.demo import make_city

        return make_city()

    def test_it_has_people_of_every_role_with_names_and_one_password(self, city):
        found = demo.make_people(city)
        assert {row["role"] for row in found} == set(RoleName.labels)
        assert set(Role.objects.values_list("role", flat=True)) == set(RoleName.values)
        for row in found:
            assert User.objects.get(username=row["username"]).check_password(demo.PASSWORD)
        assert max(u.roles.count() for u in User.objects.all()) == 2
        assert Delegation.objects.count() == 1
        before = User.objects.count()
        assert demo.make_people(city) == found
        assert User.objects.count() == before
