"""Every address of the site. Each has its line in accounts/access.py."""

from allauth.account import views as account
from allauth.mfa.urls import urlpatterns as mfa
from django.urls import include, path, re_path
from django.views.i18n import set_language

# allauth's own list holds pages that Khuê does not have (signing up, several e-mail addresses)
SIGN_IN = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", include(mfa)),
    path("sessions/", include("allauth.usersessions.urls")),
    path("sso/", include("allauth.socialaccount.urls")),
    path("sso/", include("allauth.socialaccount.providers.openid_connect.urls")),
]

urlpatterns = [
    path("", include("khue.portal.urls")),
    path("van-ban/", include("khue.documents.urls")),
    path("viec/", include("khue.tasks.urls")),
    path("don-vi/", include("khue.units.urls")),
    path("nguoi/", include("khue.accounts.urls")),
    path("api/", include("khue.api.urls")),
    path("tai-khoan/", include(SIGN_IN)),
    path("ngon-ngu/", set_language, name="set_language"),
]
handler404 = "khue.portal.errors.not_found"
handler403 = "khue.portal.errors.forbidden"
handler500 = "khue.portal.errors.broken"
