"""What a fresh worker has loaded when it is born: Django and the product. Imported once by the fork server."""

from __future__ import annotations

import os
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()
for module in ("tests.scenario.forked", "syncapp.urls", "connectors.transport", "connectors.google.oauth"):
    import_module(module)
