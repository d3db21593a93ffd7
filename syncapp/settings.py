"""Settings, all from the environment. Whatever an installation may want to change is described in `.env.example`.

A secret may come from a file: `SECRET_KEY_FILE=/run/secrets/key` sets `SECRET_KEY`. Outside DEBUG no
secret has a default, so that nobody runs in production with one that the world knows.
"""

from __future__ import annotations

from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

Number = TypeVar("Number", int, float)

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()
ENV_FILE = Path(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))
if ENV_FILE.is_file():
    env.read_env(ENV_FILE)


def _number(name: str, *, default: Number, least: Number) -> Number:
    """A whole number where the default is one."""
    kind = type(default)
    with suppress(ValueError):
        value = kind(env.str(name, default=str(default)))
        if isfinite(value) and value >= least:
            return value
    whole = "a whole number" if kind is int else "a number"
    raise ImproperlyConfigured(f"{name} has to be {whole}, {least:g} or more")


# -- Core

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY", default="debug-only-" + "x" * 50 if DEBUG else environ.Env.NOTSET)
FIELD_ENCRYPTION_KEYS: list[str] = env.list(
    "FIELD_ENCRYPTION_KEYS", default=["u1Jc1cWqJb7lTn4YkG8XkPz4m1y5mS3dQf2R0c6o9vE="] if DEBUG else environ.Env.NOTSET
)
PUBLIC_URL: str = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
ROOT_URLCONF = "syncapp.urls"
WSGI_APPLICATION = "syncapp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "syncapp.apps.SyncappAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "django_q",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "connectors.apps.ConnectorsConfig",
    "issues.apps.IssuesConfig",
    "notifications.apps.NotificationsConfig",
    "syncapp.apps.SyncappConfig",
]

MIDDLEWARE = [
    "connectors.rest.middleware.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "connectors.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "connectors.access.ScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# -- Database: SQLite for one machine, PostgreSQL beyond. The options are measured, see docs/operations.md.

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/var/syncapp.sqlite3")
}
_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if _SQLITE and DATABASES["default"]["NAME"] != ":memory:":
    # A folder that is not there yet is made for us alone: sessions and mail subjects stand in the file.
    # Where it cannot be made, whoever asks the database says so better.
    with suppress(OSError):
        Path(DATABASES["default"]["NAME"]).parent.mkdir(mode=0o700, exist_ok=True)
DATABASES["default"] |= (
    {
        # One writer at a time that waits its turn; without IMMEDIATE, two readers that turn writers fail at once.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864;",
        },
        "CONN_MAX_AGE": None,
    }
    if _SQLITE
    else {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout=30000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
        },
    }
)
# Room for the counters of throttling: where there is too little, whoever has many addresses pushes out their own.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}}

# -- Security

SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "csrf"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if _HTTPS else []
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# -- Words and files

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # one line for each that has a catalogue, see CONTRIBUTING.md
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- Mail

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "notifications.channels.smtp.EmailBackend"
EMAIL_TIMEOUT = 20  # of silence
EMAIL_SECONDS = 60.0  # in all; shorter than a mail is claimed for
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="Syncapp <syncapp@localhost>")
MAIL_DOMAIN: str = env.str("MAIL_DOMAIN", default="syncapp.invalid")

# -- Jobs: the one recipe; the reasons are in docs/operations.md

Q_CLUSTER = {
    "name": "syncapp",
    "orm": "default",
    "bulk": 1,
    "workers": (_WORKERS := _number("SYNC_WORKERS", default=2, least=1)),
    "queue_limit": _WORKERS,
    "timeout": 240,
    "retry": 780,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    "recycle": 100,
    "guard_cycle": 0.5,
    "label": "Job queue",
}

# -- REST

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "connectors.rest.authentication.TokenAuthentication",
        "connectors.rest.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["connectors.rest.permissions.SignedIn", "connectors.rest.permissions.MayWrite"],
    "DEFAULT_THROTTLE_CLASSES": ["connectors.rest.throttling.Throttle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["connectors.rest.parsing.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["connectors.rest.parameters.Filters"],
    "DEFAULT_PAGINATION_CLASS": "connectors.rest.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "connectors.rest.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "connectors.rest.problems.problem",
    "URL_FORMAT_OVERRIDE": None,
    # Without it anybody escapes the limits of an address with a made-up X-Forwarded-For.
    "NUM_PROXIES": 1 if env.bool("BEHIND_PROXY", default=False) else 0,
}
API_RATES: dict[str, str | None] = {
    "read": env.str("API_READ_RATE", default="600/min"),
    "write": env.str("API_WRITE_RATE", default="120/min"),
    "anonymous": env.str("API_ANONYMOUS_RATE", default="120/min"),
    "failed": env.str("API_FAILED_TOKEN_RATE", default="30/min"),
    "hints": env.str("API_HINT_RATE", default="3000/min"),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Syncapp",
    "DESCRIPTION": "Issues, causes and mailboxes of your organization: see what did not sync, why, and try again.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # It would ask for the document outside of any scope; a test makes it instead and takes every warning for an error.
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}

# -- Providers: addresses and certificates come from here and never from a tenant

PROVIDER_CA_BUNDLE: str = env.str("PROVIDER_CA_BUNDLE", default="")
PROVIDER_PROXY: str = env.str("PROVIDER_PROXY", default="")
PROVIDER_EXTRA_HOSTS: list[str] = env.list("PROVIDER_EXTRA_HOSTS", default=[])
GOOGLE_API_ROOT: str = env.str("GOOGLE_API_ROOT", default="https://gmail.googleapis.com")
GOOGLE_WEB_ROOT: str = env.str("GOOGLE_WEB_ROOT", default="https://mail.google.com")
GOOGLE_CALENDAR_API_ROOT: str = env.str("GOOGLE_CALENDAR_API_ROOT", default="https://www.googleapis.com")
GOOGLE_CALENDAR_WEB_ROOT: str = env.str("GOOGLE_CALENDAR_WEB_ROOT", default="https://calendar.google.com")
GOOGLE_TASKS_API_ROOT: str = env.str("GOOGLE_TASKS_API_ROOT", default="https://tasks.googleapis.com")
GOOGLE_TASKS_WEB_ROOT: str = env.str("GOOGLE_TASKS_WEB_ROOT", default="https://tasks.google.com")
GOOGLE_CONTACTS_API_ROOT: str = env.str("GOOGLE_CONTACTS_API_ROOT", default="https://people.googleapis.com")
GOOGLE_CONTACTS_WEB_ROOT: str = env.str("GOOGLE_CONTACTS_WEB_ROOT", default="https://contacts.google.com")
GOOGLE_AUTHORIZE_URL: str = env.str("GOOGLE_AUTHORIZE_URL", default="https://accounts.google.com/o/oauth2/v2/auth")
GOOGLE_TOKEN_URL: str = env.str("GOOGLE_TOKEN_URL", default="https://oauth2.googleapis.com/token")
GOOGLE_CERTS_URL: str = env.str("GOOGLE_CERTS_URL", default="https://www.googleapis.com/oauth2/v3/certs")
GOOGLE_CLIENT_ID: str = env.str("GOOGLE_CLIENT_ID", default="")
GOOGLE_CLIENT_SECRET: str = env.str("GOOGLE_CLIENT_SECRET", default="")
GOOGLE_SERVICE_ACCOUNT: str = env.str("GOOGLE_SERVICE_ACCOUNT", default="")
GOOGLE_PUSH_TOPIC: str = env.str("GOOGLE_PUSH_TOPIC", default="")
GOOGLE_PUSH_ACCOUNT: str = env.str("GOOGLE_PUSH_ACCOUNT", default="")
GOOGLE_PUSH_AUDIENCE: str = env.str("GOOGLE_PUSH_AUDIENCE", default="")
PUSH_URL: str = env.str("PUSH_URL", default="").rstrip("/")
SALESFORCE_LOGIN_URL: str = env.str("SALESFORCE_LOGIN_URL", default="https://login.salesforce.com")
SALESFORCE_CLIENT_ID: str = env.str("SALESFORCE_CLIENT_ID", default="")
SALESFORCE_CLIENT_SECRET: str = env.str("SALESFORCE_CLIENT_SECRET", default="")
SALESFORCE_JWT_KEY: str = env.str("SALESFORCE_JWT_KEY", default="", multiline=True)
SALESFORCE_API_VERSION: str = env.str("SALESFORCE_API_VERSION", default="66.0")

# -- Sync

SYNC_INTERVAL_SECONDS: int = _number("SYNC_INTERVAL_SECONDS", default=300, least=1)
SYNC_LEASE_SECONDS: float = _number("SYNC_LEASE_SECONDS", default=120.0, least=1.0)
SYNC_JOB_SECONDS: float = _number("SYNC_JOB_SECONDS", default=10.0, least=0.0)
SYNC_REQUEST_SECONDS: float = _number("SYNC_REQUEST_SECONDS", default=60.0, least=0.1)
SYNC_LARGEST_MESSAGE_BYTES: int = _number("SYNC_LARGEST_MESSAGE_BYTES", default=10 * 1024 * 1024, least=1)
SYNC_EMAIL_FIRST_DAYS: int = _number("SYNC_EMAIL_FIRST_DAYS", default=365, least=0)
SYNC_WINDOW_DAYS_BACK: int = _number("SYNC_WINDOW_DAYS_BACK", default=30, least=0)
SYNC_WINDOW_DAYS_AHEAD: int = _number("SYNC_WINDOW_DAYS_AHEAD", default=180, least=1)
SYNC_CLOCK_FILE: str = env.str("SYNC_CLOCK_FILE", default="")

# -- Logs: one line each, and no secret in any of them

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "connectors.redaction.Redact"}},
    "formatters": {"line": {"()": "connectors.redaction.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django-q": {"level": "WARNING", "propagate": True},
        "googleapiclient": {"level": "ERROR", "propagate": True},
        "urllib3": {"level": "WARNING", "propagate": True},
    },
}
