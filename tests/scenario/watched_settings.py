"""Settings of a job cluster that tests watch: the product's own, and a witness in every process."""

from __future__ import annotations

from syncapp.settings import *  # noqa: F403
from syncapp.settings import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "tests.scenario.witness.WitnessConfig"]
