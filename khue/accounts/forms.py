"""Forms of the people's room. Labels and errors are Vietnamese; rules that need the database live in the services."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from khue.accounts.choosing import PersonField, UnitField, units_to_manage
from khue.accounts.delegation import possible_takers, wrong_end
from khue.accounts.joining import USERNAME
from khue.accounts.models import Invitation, RoleName, User
from khue.accounts.person import Person
from khue.units.tree import today


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A date, picked or typed."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def role_field() -> forms.ChoiceField:
    """One of the six roles."""
    return forms.ChoiceField(label=_("Vai trò"), choices=[("", _("— chọn —")), *RoleName.choices])


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an admin may change of a person."""

    class Meta:
        model = User
        fields = ("full_name", "title", "email", "phone")

    def _post_clean(self) -> None:
        """The service compares and saves; the form only cleans."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].widget.attrs["autocomplete"] = "off"
        self.fields["email"].help_text = _("Dùng để đặt lại mật khẩu và đăng nhập một lần.")


class MeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person may change of themself. The e-mail address is their admin's, because it opens the account."""

    class Meta:
        model = User
        fields = ("full_name", "title", "phone", "language")

    language = forms.ChoiceField(label=_("Ngôn ngữ"), choices=settings.LANGUAGES)

    def _post_clean(self) -> None:
        """The service compares and saves; the form only cleans."""


class RoleForm(forms.Form):
    """A role at a unit, from a day, perhaps to a day."""

    unit = UnitField(label=_("Đơn vị"), max_length=300)
    role = role_field()
    starts = day_field(_("Từ ngày"))
    ends = day_field(_("Đến hết ngày"), required=False, help_text=_("Để trống nếu chưa biết ngày kết thúc."))

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_unit(self, by)
        self.fields["starts"].initial = today()


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]
    """One person to invite."""

    class Meta:
        model = Invitation
        fields = ("full_name", "email", "title", "phone")

    unit = UnitField(label=_("Đơn vị"), max_length=300)
    role = role_field()

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_unit(self, by)

    def _post_clean(self) -> None:
        """The service saves; the form only cleans."""


class InviteFileForm(forms.Form):
    """A spreadsheet of people, and the unit of the rows that name none."""

    unit = UnitField(label=_("Đơn vị"), max_length=300, help_text=_("Cho những dòng để trống cột Đơn vị."))
    file = forms.FileField(
        label=_("Bảng tính"),
        help_text=_("Tệp .xlsx hoặc .csv theo mẫu, mỗi người một dòng, nhiều nhất 2.000 dòng."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_unit(self, by)


class JoinForm(forms.Form):
    """Username and password of somebody who was invited."""

    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=60,
        help_text=_("3 đến 60 chữ thường không dấu, chữ số, dấu chấm hoặc gạch. Ví dụ: lan.nguyen"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password1 = forms.CharField(
        label=_("Mật khẩu"),
        strip=False,
        max_length=256,
        help_text=_("Ít nhất 10 ký tự, không chỉ gồm chữ số, không phải mật khẩu quen thuộc."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Nhập lại mật khẩu"), strip=False, max_length=256, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean_username(self) -> str:
        """In lower case, of plain letters."""
        username: str = self.cleaned_data["username"].strip().lower()
        if not USERNAME.fullmatch(username):
            raise ValidationError(_("Chỉ dùng chữ thường không dấu, chữ số, dấu chấm, gạch; bắt đầu bằng chữ hoặc số; ít nhất 3 ký tự."))
        return username

    def clean(self) -> dict[str, Any]:
        """The passwords are the same and strong enough."""
        values = super().clean() or {}
        first, second = values.get("password1"), values.get("password2")
        if first and second and first != second:
            self.add_error("password2", ValidationError(_("Hai lần nhập mật khẩu không giống nhau.")))
        if first:
            user = User(username=values.get("username", ""), full_name=self.invitation.full_name, email=self.invitation.email)
            try:
                validate_password(first, user)
            except ValidationError as error:
                self.add_error("password1", error)
        return values


class DelegationForm(forms.Form):
    """Who stands in, from when to when, why."""

    taker = PersonField(label=_("Người làm thay"), max_length=200, help_text=_("Người ở cùng đơn vị, đơn vị cấp trên hoặc cấp dưới."))
    starts_on = day_field(_("Từ ngày"))
    ends_on = day_field(_("Đến hết ngày"))
    reason = forms.CharField(label=_("Lý do"), max_length=300, required=False)

    def __init__(self, *args: Any, giver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["taker"]
        assert isinstance(field, PersonField)
        field.choose_from(possible_takers(giver))
        self.fields["starts_on"].initial = today()

    def clean(self) -> dict[str, Any]:
        """The days are looked at also where the person is wrong: everything is told at once."""
        values = super().clean() or self.cleaned_data
        if wrong := wrong_end(values.get("starts_on"), values.get("ends_on")):
            self.add_error("ends_on", wrong)
        return values


def choose_unit(form: forms.BaseForm, by: Person) -> None:
    """Offers the units that `by` administers; the first one stands there already, unless the page says which, or that none does."""
    field = form.fields["unit"]
    assert isinstance(field, UnitField)
    field.choose_from(units_to_manage(by))
    own = by.units("people.manage")
    if own and "unit" not in form.initial:
        field.initial = own[0].name


def put_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """The errors of a service, at the field they are about or above the form."""
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, messages in found.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)
