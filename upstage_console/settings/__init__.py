"""Settings, read from the environment. A bad value stops the start with one sentence that says what to mend.

docs/settings.md lists every variable. What no variable changes stands beside: the API and the back office.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from upstage_console.embedded.places import find_place
from upstage_console.settings.api import *  # noqa: F403 – Django reads the names
from upstage_console.settings.back_office import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="development only, not for a console that others reach" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY (50 random characters) when DEBUG is off.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "csp",
    "pgtrigger",
    "upstage_console.kernel",
    "upstage_console.scenarios",
    "upstage_console.web",
    "accounts",
    "credits",
    "billing",
    "contracts",
]

MIDDLEWARE = [
    "upstage_console.web.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "upstage_console.web.api_end.announce_the_end_of_the_api",
    "upstage_console.web.middleware.short_way_to_the_api",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "upstage_console.web.middleware.policy_of_the_back_office",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "upstage_console.web.middleware.own_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "upstage_console.web.middleware.session_seen",
    "accounts.views.guards.second_factor_of_staff",
    "accounts.views.guards.LockedAccounts",
    "upstage_console.web.middleware.address_without_nul",
    "upstage_console.kernel.pages.RefusalPages",
]

ROOT_URLCONF = "upstage_console.urls"
WSGI_APPLICATION = "upstage_console.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "upstage_console.web.context.console",
            ],
        },
    },
]

# --- Data ------------------------------------------------------------------------------------------------------------

# Without DATABASE_URL the embedded PostgreSQL starts at the first connection (docs/running.md).
DATABASES: dict[str, dict[str, Any]] = {"default": {"ENGINE": "upstage_console.embedded.backend", "NAME": "console"}}
if DATABASE_URL := env.str("DATABASE_URL", default=""):
    try:
        DATABASES["default"] = env.db_url("DATABASE_URL")
    except ValueError:  # a port that is no number
        DATABASE_URL = ""
    if not DATABASE_URL.startswith(("postgres://", "postgresql://")) or not DATABASES["default"]["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL must read postgres://user:password@host:port/name.")
DATABASES["default"] |= {
    # A web worker has one thread, and keeps its connection: taking one from a pool for each request costs a tenth of
    # an access check, and the plans of prepared statements stay with their connection.
    "CONN_MAX_AGE": None,
    "OPTIONS": {"prepare_threshold": 5},  # of the statements that ask for it (kernel/db.py, prepared)
}
# Content of members and exports: never served by the web server itself; each download is a view that asks who it is.
MEDIA_ROOT = env.path("FILES_FOLDER", default=str(find_place().data / "files"))()
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
SCENARIOS = BASE_DIR / "tests" / "scenarios"  # the stories under the terms that come with the console
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Who lost the membership is recognised by hashes under this key (accounts/rules/identities.py): keep it for good.
IDENTITY_HASH_KEY = env.str("IDENTITY_HASH_KEY", default="") or f"identities of {SECRET_KEY}"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A file outside of the database and its backups, to which every destruction of data is added.
DESTRUCTION_LOG = env.str("DESTRUCTION_LOG", default="")
# How long what staff say they look at personal data for is remembered; 0 asks nobody.
STAFF_PURPOSE_MINUTES = env.int("STAFF_PURPOSE_MINUTES", default=60)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
CSRF_FAILURE_VIEW = "upstage_console.web.pages.csrf_failure"
ACCOUNT_ADAPTER = "accounts.views.sign_up.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignUpForm", "add_email": "accounts.forms.NewEmailForm"}
ACCOUNT_CHANGE_EMAIL = True  # a new address counts once it is verified; until then the old one stays
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Upstage Console"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
STAFF_SECOND_FACTOR_REQUIRED = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=True)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- Language and time: Korean first, all legal time is Korean time (rules.md, I-1) ---------------------------------

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["upstage_console.web.dates"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

# --- Money -----------------------------------------------------------------------------------------------------------

PAYMENT_GATEWAY = env.str("PAYMENT_GATEWAY", default="sandbox")
if PAYMENT_GATEWAY not in ("sandbox", "stripe"):
    raise ImproperlyConfigured("PAYMENT_GATEWAY must be sandbox or stripe.")
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])  # two while they are rotated
STRIPE_API_ADDRESS = env.str("STRIPE_API_ADDRESS", default="https://api.stripe.com")
if PAYMENT_GATEWAY == "stripe" and not (
    STRIPE_SECRET_KEY.startswith(("sk_", "rk_")) and STRIPE_WEBHOOK_SECRETS and all(STRIPE_WEBHOOK_SECRETS)
):
    raise ImproperlyConfigured("PAYMENT_GATEWAY=stripe needs STRIPE_SECRET_KEY (sk_…) and STRIPE_WEBHOOK_SECRETS.")

# For how many seconds credits are held where nobody says, and at most (a week at the most).
HOLD_SECONDS = env.int("HOLD_SECONDS", default=15 * 60)
HOLD_SECONDS_MOST = env.int("HOLD_SECONDS_MOST", default=7 * 24 * 60 * 60)
if not 1 <= HOLD_SECONDS <= HOLD_SECONDS_MOST <= 7 * 24 * 60 * 60:
    raise ImproperlyConfigured("HOLD_SECONDS and HOLD_SECONDS_MOST: 1 to 604800, the first at most the second.")

# --- Work in the background ------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
if BROKER_IS_EMBEDDED := not CELERY_BROKER_URL:
    CELERY_BROKER_URL = find_place().broker_url
# One count of calls for all processes where there is a server to keep it; each its own where there is none.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if BROKER_IS_EMBEDDED:
    CACHES["default"] = {
        "BACKEND": "upstage_console.embedded.cache.EmbeddedCache",
        "LOCATION": find_place().cache_url,
        "KEY_PREFIX": "console",
    }
elif CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CELERY_BROKER_URL,
        "KEY_PREFIX": "console",
    }
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
DJANGO_CELERY_BEAT_TZ_AWARE = True

# --- Mail ------------------------------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Upstage Console <console@localhost>")

# --- Who issues invoices ---------------------------------------------------------------------------------------------

COMPANY = {
    "name": env.str("COMPANY_NAME", default="Upstage"),
    "representative": env.str("COMPANY_REPRESENTATIVE", default=""),
    "registration": env.str("COMPANY_REGISTRATION_NUMBER", default=""),
    "address": env.str("COMPANY_ADDRESS", default=""),
}
INVOICE_FILES_AHEAD = env.bool("INVOICE_FILES_AHEAD", default=True)
"""Whether the PDF of an invoice is written once it is issued, or only when somebody first asks for it."""

# --- Static files and what a page may load --------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# django-unfold runs Alpine.js, which evaluates expressions and sets styles: the back office alone is allowed to.
ADMIN_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=3600)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "django": {"handlers": []},  # it has one of its own while DEBUG is on, and would say all twice
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
