"""Other software that keeps mailboxes and Salesforce in step, and the traces that each leaves in an org.

A table of data: the names are those of the products. What exactly a vendor calls its connected app or package is not
published everywhere, so a client should look for the name in what it reads, and for nothing else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from connectors.simulators.salesforce import ids, values
from connectors.simulators.salesforce.grants import AccessToken
from connectors.simulators.salesforce.org import Org, Package

TRACES = ("token", "login", "app", "package")


@dataclass(frozen=True)
class OtherApp:
    """`namespace` is its package's; without one it installs none. `own` are the traces that it leaves."""

    name: str
    namespace: str = ""
    login: str = "Remote Access 2.0"

    @property
    def own(self) -> tuple[str, ...]:
        return TRACES if self.namespace else TRACES[:-1]


APPS = {
    app.name: app
    for app in (
        OtherApp("Einstein Activity Capture", login="Application"),
        OtherApp("Salesforce Inbox"),
        OtherApp("Outlook Integration", login="Application"),
        OtherApp("Gmail Integration", login="Application"),
        OtherApp("Riva", "riva"),
        OtherApp("LinkPoint360", "linkpoint"),
        OtherApp("Cirrus Insight", "cirrus"),
        OtherApp("Groove", "groove"),
        OtherApp("Ebsta", "ebsta"),
    )
}


def arrive(org: Org, app: OtherApp, user_id: str, traces: tuple[str, ...], now: float, used: float) -> None:
    """Leaves traces of an app that a user let in; it last did something at `used`."""
    if "token" in traces:
        _token(org, app, user_id, now, used)
    if "login" in traces:
        _login(org, app, user_id, used)
    if "app" in traces and not any(row["Name"] == app.name for row in org.store.rows("ConnectedApplication")):
        _put(org, "ConnectedApplication", _stamped(org, now) | {"Name": app.name})
    if "package" in traces and app.name not in {package.name for package in org.packages}:
        org.packages.append(_package(app, len(org.packages) + 1))


def leave(org: Org, app: OtherApp) -> int:
    """Takes all traces of an app away but its log-ins, which are history; gives how many."""
    gone = [("OauthToken", r) for r in org.store.rows("OauthToken") if r["AppName"] == app.name]
    gone += [("ConnectedApplication", r) for r in org.store.rows("ConnectedApplication") if r["Name"] == app.name]
    for name, row in gone:
        org.store.purge(name, row["Id"])
    kept = [package for package in org.packages if package.name != app.name]
    lost = len(org.packages) - len(kept)
    org.packages = kept
    return len(gone) + lost


def write_down_grants(org: Org, now: float) -> None:
    """Brings the tokens of the org's own apps in line with the grants that live: a client finds its own among them."""
    living = {grant.number: grant for grant in org.grants.grants.values() if not grant.revoked}
    known = {row["grant"]: row["Id"] for row in org.store.rows("OauthToken") if row.get("grant")}
    for number in known.keys() - living.keys():
        org.store.purge("OauthToken", known[number])
    for number in living.keys() - known.keys():
        client = org.grants.clients[living[number].client_id]
        _token(org, OtherApp(client.name), living[number].user_id, now, now, grant=number)


def _token(org: Org, app: OtherApp, user_id: str, now: float, used: float, grant: int = 0) -> None:
    row = {"UserId": user_id, "AppName": app.name, "DeleteToken": secrets.token_hex(8), "UseCount": 1, "grant": grant}
    _put(org, "OauthToken", row | {"CreatedDate": values.moment(now), "LastUsedDate": values.moment(used)})


def note_login(org: Org, token: AccessToken, now: float) -> None:
    """Writes down that somebody came in with one of the org's own apps, by whichever flow."""
    _login(org, OtherApp(org.grants.clients[token.client_id].name), token.user_id, now)


def _login(org: Org, app: OtherApp, user_id: str, used: float) -> None:
    row = {"UserId": user_id, "LoginTime": values.moment(used), "LoginType": app.login, "Application": app.name}
    told = {"Status": "Success", "SourceIp": "192.0.2.1", "LoginUrl": "login.salesforce.com", "Platform": "Unknown"}
    _put(org, "LoginHistory", row | told | {"Browser": "Unknown", "ApiType": "N/A", "ApiVersion": "N/A"})


def _stamped(org: Org, now: float) -> dict[str, Any]:
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), values.moment(now))
    return stamps | dict.fromkeys(("CreatedById", "LastModifiedById"), org.administrator)


def _put(org: Org, name: str, given: dict[str, Any]) -> None:
    sobject = org.schema.objects[name]
    row = {f.name: f.default for f in sobject.fields.values()} | given
    org.store.put(name, row | {"Id": org.store.new_id(sobject)})


def _package(app: OtherApp, number: int) -> Package:
    made = {"id": "0A3", "package_id": "033", "version_id": "04t"}
    return Package(
        name=app.name, namespace=app.namespace, **{name: ids.mint(prefix, number) for name, prefix in made.items()}
    )
