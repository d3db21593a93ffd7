"""The refusals of all simulators in one table."""

from __future__ import annotations

from connectors.simulators.google import refusals as google
from connectors.simulators.refusals import Refusal
from connectors.simulators.salesforce import refusals as salesforce


def table() -> tuple[Refusal, ...]:
    """All refusals of all simulators."""
    return salesforce.REFUSALS + google.REFUSALS
