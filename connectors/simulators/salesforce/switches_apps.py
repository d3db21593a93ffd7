"""The control door's verbs for other software in the org."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce import other_apps
from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.other_apps import APPS, TRACES, OtherApp


def _app(given: Arguments) -> OtherApp:
    """One of the table, or one of another name; then with a namespace where it has a package."""
    name = given.text("name")
    return APPS.get(name) or OtherApp(name, given.text("namespace", ""))


def other_app(given: Arguments) -> dict[str, Any]:
    app, now = _app(given), given.timeline.time()
    traces = given.texts("traces") or app.own
    if not set(traces) <= set(TRACES):
        raise ValueError(f"traces are some of {list(TRACES)}")
    user = given.user() if given.has("username") else given.org.administrator
    other_apps.arrive(given.org, app, user, traces, now, now - given.number("used", 0))
    return {"name": app.name, "traces": list(traces)}


def other_app_gone(given: Arguments) -> dict[str, Any]:
    app = _app(given)
    return {"name": app.name, "gone": other_apps.leave(given.org, app)}


def list_apps(_: Arguments) -> list[str]:
    return list(APPS)


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "other-app": other_app,
    "other-app-gone": other_app_gone,
    "other-apps": list_apps,
}
