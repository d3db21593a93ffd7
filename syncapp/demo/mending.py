"""`demo --once --mend`: mends every trouble, renews access, and retries all as another service would: over REST."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import requests
from django.core.wsgi import get_wsgi_application

from connectors import tokens
from connectors.models import Mailbox, Organization
from connectors.records import Resource
from issues.ordering import State
from syncapp import services
from syncapp.demo import seeding
from syncapp.demo.doors import Doors
from syncapp.demo.driving import Driver
from syncapp.demo.environment import Stage
from syncapp.demo.reporting import account
from syncapp.demo.troubles import Trouble


def mend_everything(
    driver: Driver, doors: Doors, stage: Stage, tell: Callable[[str], None], troubles: Sequence[Trouble]
) -> tuple[dict[str, Any], list[str]]:
    """(both accounts afterwards, what does not hold)."""
    ids = seeding.known_ids(doors)
    for trouble in troubles:
        trouble.mend_it(doors, ids)
    organization = Organization.everywhere.get(slug=seeding.SLUG)
    stopped = list(Mailbox.everywhere.filter(stopped_at__isnull=False))
    for mailbox in stopped:
        grant = seeding.google_grant(doors, mailbox.address)
        services.renew(organization, "google", grant, mailbox=mailbox, account=mailbox.address)
    tell("everything is mended; retrying all over REST")
    with web(stage.web):
        client = Client(stage, organization)
        order = client.retry_all()
        driver.to_rest()
        # What cannot be mended may be among the first few, and then a person says that the rest is worth it.
        if client.go_on_all_the_same(order):
            driver.to_rest()
    found = account(doors, troubles, made=True)
    return judged(found.values, troubles, recovered=len(stopped))


def judged(values: dict[str, Any], troubles: Sequence[Trouble], *, recovered: int) -> tuple[dict[str, Any], list[str]]:
    not_mendable = {trouble.code: trouble.why_not for trouble in troubles if not trouble.mendable}
    left = {code: n for code, n in values["issues_by_code"].items() if code not in not_mendable}
    before = sum(t.told + t.over for t in troubles)
    expected = (before + recovered) * len(seeding.RECIPIENTS)
    holds = {
        "mended: failed == 0": values["failed"] == sum(values["issues_by_code"].values()) - sum(left.values()),
        "mended: nothing but messages fails": not any(_failed_otherwise(values["by_resource"])),
        "mended: held == 0": values["held"] == 0,
        "mended: open issues == 0": not left,
        "mended: one recovery mail for each stop": values["mails_sent"] == expected,
        "mended: duplicates == 0": values["duplicates"] == 0,
        "mended: records == synced": values["records"] == values["synced"],
        "mended: everything in step": not any(side.get("altered") for side in values["by_resource"].values()),
        "mended: silent == 0": values["silent"] == 0,
    }
    told = values | {"mails_expected": expected, "not_mendable": not_mendable}
    return told, [name for name, held in holds.items() if not held]


def _failed_otherwise(sides: Mapping[str, Mapping[str, Any]]) -> list[int]:
    """How many events, tasks and contacts fail: the code of what cannot be mended may be that of what can."""
    return [side["failed"] for resource, side in sides.items() if resource != Resource.EMAIL]


class Client:
    """Another service, with a token of its own. Raises for an answer that is no success."""

    def __init__(self, stage: Stage, organization: Organization) -> None:
        _, token = tokens.issue(organization, "demo", may_write=True, days=90)  # of a clock that runs ahead
        self.address = f"http://localhost:{stage.web}/api/v1/operations/"
        self.headers = {"Authorization": f"Bearer {token}"}
        self.choice = {"organization": organization.slug, "all": True}

    def retry_all(self) -> dict[str, Any]:
        """One POST, as any client would send it; the order."""
        body = {"verb": "retry", "choice": self.choice}
        return self._answer("POST", self.address, json=body, headers=self.headers | {"Idempotency-Key": "demo-mend"})

    def go_on_all_the_same(self, order: Mapping[str, Any]) -> bool:
        """Has the rest tried as well where the first few did not show that it works; whether that was needed."""
        url = f"{self.address}{order['id']}/"
        held = str(self._answer("GET", url, headers=self.headers)["state"]) == State.HELD
        if held:
            self._answer("POST", f"{url}resume/", json={}, headers=self.headers)
        return held

    @staticmethod
    def _answer(method: str, url: str, **values: Any) -> dict[str, Any]:
        answer = requests.request(method, url, timeout=30, **values)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass


@contextmanager
def web(port: int) -> Iterator[None]:
    """Syncapp's web application on loopback for the length of a block."""
    server = make_server("127.0.0.1", port, get_wsgi_application(), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
