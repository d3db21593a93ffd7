from __future__ import annotations

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _no_limits(settings: Settings) -> None:
    settings.API_RATES = dict.fromkeys(("read", "write", "anonymous", "failed"))
