"""People, roles at units with dates, standing in for somebody, invitations."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khue.core.text import nfc, plain
from khue.units.models import Spell, Unit


class RoleName(models.TextChoices):
    """The six roles. What each may do stands in accounts/access.py."""

    VIEWER = "viewer", _("Xem")
    ENTRY = "entry", _("Nhập liệu")
    CLERK = "clerk", _("Văn thư")
    SPECIALIST = "specialist", _("Chuyên viên")
    LEADER = "leader", _("Lãnh đạo")
    ADMIN = "admin", _("Quản trị")


class UserManager(BaseUserManager["User"]):
    """Makes users; a user without a password signs in through single sign-on or an invitation only."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A new user. The username is kept in lower case."""
        user = self.model(username=username.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Finds whatever the case typed."""
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. Names are written as Vietnamese names are: one field."""

    username = models.CharField(_("tên đăng nhập"), max_length=60, unique=True)
    full_name = models.CharField(_("họ và tên"), max_length=120)
    # the name without diacritics, by which lists are ordered: Đỗ stands among D, not after Z
    sort_name = models.CharField(max_length=120, editable=False, default="")
    title = models.CharField(_("chức vụ"), max_length=120, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    phone = models.CharField(_("điện thoại"), max_length=30, blank=True)
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    language = models.CharField(_("ngôn ngữ"), max_length=5, blank=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    # allauth and django.contrib.auth ask for these; Khuê's own roles decide instead
    is_staff = False
    is_superuser = False

    class Meta:
        ordering = ["full_name"]
        constraints = [models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="user_email_once")]
        indexes = [models.Index(fields=["sort_name", "full_name", "id"], name="user_by_name")]

    def save(self, *args: Any, **options: Any) -> None:
        """Keeps the name to order by in step."""
        self.sort_name = plain(nfc(self.full_name))[:120]
        if "full_name" in (options.get("update_fields") or ()):
            options["update_fields"] = {*options["update_fields"], "sort_name"}
        super().save(*args, **options)

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """The name as written."""
        return self.full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """No Django permissions are used; see accounts/access.py."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """No Django permissions are used."""
        return False


class Role(Spell):
    """A person's role at a unit, with its dates; it reaches the unit's subtree."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(_("vai trò"), max_length=12, choices=RoleName.choices)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], condition=Q(valid_to__isnull=True), name="role_once"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="role_order"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"


class Delegation(models.Model):
    """While away, one person lets another act in their roles, from a day to a day, both included."""

    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations_given")
    taker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations_taken")
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"))
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_order"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_other"),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"

    def active(self, on: date) -> bool:
        """Whether it holds on that day."""
        return self.revoked_at is None and self.starts_on <= on <= self.ends_on


def _invitation_end() -> Any:
    from khue.config import value

    return timezone.now() + timedelta(days=value("KHUE_INVITE_DAYS"))


class InvitationBatch(models.Model):
    """The invitations of one spreadsheet, so that they can be undone as one."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name


class Invitation(models.Model):
    """A person asked to join; the link's secret is kept only as a hash."""

    batch = models.ForeignKey(InvitationBatch, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(_("vai trò"), max_length=12, choices=RoleName.choices)
    full_name = models.CharField(_("họ và tên"), max_length=120)
    email = models.EmailField(_("thư điện tử"))
    title = models.CharField(_("chức vụ"), max_length=120, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=30, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(default=_invitation_end)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.full_name} <{self.email}>"

    @property
    def open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()


class Token(models.Model):
    """A secret with which a program acts as a person, within its scopes; only a hash of it is kept (accounts/tokens.py)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("tên"), max_length=120)
    scopes = models.JSONField(_("phạm vi"), default=list)
    # the first letters, so that a person can tell one from another
    hint = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField(_("dùng đến hết ngày"))
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def holds(self, on: date) -> bool:
        """Whether it may be used on that day."""
        return self.revoked_at is None and on <= self.expires_on
