"""Django's settings, fed by the environment through khue/config.py."""

from pathlib import Path
from urllib.parse import quote

from csp.constants import NONCE, NONE, SELF

from khue.config import value
from khue.environment import database, email, secret_key

PACKAGE = Path(__file__).resolve().parent
HOME = Path(value("KHUE_HOME")).resolve()


SQLITE_FILE = HOME / "khue.sqlite3"
# stands beside the database once it was made: from then on a missing file is a lost database, never a new empty one
SQLITE_MADE = HOME / "database.made"


def sqlite_name() -> str:
    """The SQLite file as a URI, which may be created only where there never was one."""
    return f"file:{quote(str(SQLITE_FILE))}?mode={'rw' if SQLITE_MADE.exists() else 'rwc'}"


DEBUG = value("KHUE_DEBUG")
# stands in a home that `khue demo` made: its pages say so, whoever starts the server
DEMO_MARK = HOME / "demo"
DEMO = value("KHUE_DEMO") or DEMO_MARK.exists()
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = value("KHUE_HOSTS")
BASE_URL = value("KHUE_BASE_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "khue.api",
    "khue.portal",
    "khue.documents",
    "khue.tasks",
    "khue.accounts",
    "khue.units",
    "khue.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "khue.core.middleware.RequestLog",
    "khue.core.middleware.ClearErrors",
    "khue.core.middleware.BodyLimit",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "khue.accounts.activity.SessionActivity",
    "khue.accounts.middleware.Access",
]
ROOT_URLCONF = "khue.urls"
WSGI_APPLICATION = "khue.wsgi.application"
TEMPLATES = [
    {
        "NAME": "django",
        "BACKEND": "khue.portal.engine.Templates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "khue.portal.context.page",
                "khue.tasks.context.unread",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "khue.portal.templatetags.khue",
                "khue.portal.templatetags.words",
                "khue.portal.templatetags.addresses",
            ],
        },
    }
]
FORM_RENDERER = "khue.portal.forms.Renderer"

DATABASES = {"default": database(sqlite_name())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # shared by every process, so that lock-out after wrong passwords counts once
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "khue_cache"}
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "khue.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "khue.accounts.adapter.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_USER_DISPLAY = "khue.accounts.adapter.display_name"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "khue.accounts.signing.LoginForm",
    "reauthenticate": "khue.accounts.signing.ReauthenticateForm",
    "change_password": "khue.accounts.signing.ChangePasswordForm",
    "set_password": "khue.accounts.signing.SetPasswordForm",
    "reset_password": "khue.accounts.signing.ResetPasswordForm",
    "reset_password_from_key": "khue.accounts.signing.ResetPasswordKeyForm",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/10m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = value("KHUE_PROXIES")

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Khuê"
# one step of 30 seconds before and after (RFC 6238, 5.2): a code typed as it changes, a phone whose clock is a little off
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "khue.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "khue.accounts.signing.AuthenticateForm",
    "reauthenticate": "khue.accounts.signing.CodeAgainForm",
    "activate_totp": "khue.accounts.signing.ActivateTOTPForm",
}
# people come by invitation to an address that an administrator vouches for
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://")
REQUIRE_MFA = value("KHUE_REQUIRE_MFA")
# whether webhooks may go to addresses of a private network
WEBHOOK_PRIVATE = value("KHUE_WEBHOOK_PRIVATE")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
# a link, because a form may only be sent to ourselves (form-action) and this one leads to the other server
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": value("KHUE_OIDC_NAME"),
                    "client_id": value("KHUE_OIDC_CLIENT_ID"),
                    "secret": value("KHUE_OIDC_SECRET"),
                    "settings": {"server_url": value("KHUE_OIDC_SERVER")},
                    "VERIFIED_EMAIL": True,
                }
            ]
        }
    }
    if value("KHUE_OIDC_NAME")
    else {}
)

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = ["khue.portal.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [("fonts", HOME / "fonts")] if (HOME / "fonts").is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_MANIFEST_STRICT = False
MEDIA_ROOT = HOME / "files"
MAX_UPLOAD_BYTES = value("KHUE_MAX_UPLOAD_MB") * 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_HANDLERS = ["khue.files.limit.SizeLimit", "django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600

_SECURE = BASE_URL.startswith("https://")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = value("KHUE_SESSION_HOURS") * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "khue.portal.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

DEFAULT_FROM_EMAIL = value("KHUE_EMAIL_FROM")
globals().update(email(HOME))

LOG_LEVEL = value("KHUE_LOG_LEVEL")
LOG_FORMAT = value("KHUE_LOG_FORMAT")
LOGGING_CONFIG = "khue.core.logs.configure"
LOGGING = {"level": LOG_LEVEL, "format": LOG_FORMAT}
# SQLite leaves out what an index includes beside its columns
SILENCED_SYSTEM_CHECKS = ["models.W040"]
