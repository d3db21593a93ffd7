"""Settings of the test suite: the product's own, with secrets that are worth nothing."""

from __future__ import annotations

import os

os.environ["ENV_FILE"] = os.devnull  # a developer's own settings have no say here
os.environ.setdefault("SECRET_KEY", "a-secret-of-the-test-suite-that-protects-nothing-at-all")
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "bm90LWEtc2VjcmV0LWJ1dC0zMi1ieXRlcy1sb25nISE=")
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")

from syncapp.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # nothing is collected for tests, and a missing directory is a warning
