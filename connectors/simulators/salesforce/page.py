"""The control door for people: what troubles the org, its rules, its latest records. Forms only, no scripts."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from connectors.simulators.salesforce import troubles
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.store import Row

LATEST = 10
SHOWN = ("EmailMessage", "Event", "Task", "Case", "Lead", "Contact", "Account")
WORDS = {
    "validation": "Validation rule",
    "duplicate": "Duplicate rule",
    "trigger": "Trigger that throws",
    "flow": "Flow that fails",
    "required-field": "Required field",
    "removed-field": "Removed field",
    "picklist": "Picklist",
    "record-type": "Record type",
    "type-values": "Values of a record type",
    "field-access": "Field-level security",
    "object-access": "Object permissions",
    "record-access": "Sharing",
    "lock": "Locked record",
    "approval": "Record in an approval",
    "race": "Race",
    "inactive-user": "Inactive user",
    "read-only-user": "Read-only user",
    "email": "E-mail",
    "api-limit": "API limit",
    "api-access": "API access",
    "storage": "Storage",
    "file-storage": "File storage",
    "files-broken": "Files",
    "blocked-files": "Kinds of files",
    "org": "Log-in",
}


def inside(org: Org, token: str, now: float) -> str:
    """The inside of an HTML body; every form carries the door's token."""
    return (
        f"<p>{org.usage.used(now)} of {org.usage.allowed} API calls used in the last 24 hours.</p>"
        + _section("Troubles", ("What", "Detail", "Action"), _troubles(org, token, now), "Nothing is wrong.")
        + _section("Rules", ("Rule", "Text", "Action"), _rules(org, token), "There are no rules.")
        + f"<p>{escape(_activities(org))}</p>"
        + "".join(_latest(org, name) for name in SHOWN)
    )


def _troubles(org: Org, token: str, now: float) -> Iterable[str]:
    for one in troubles.of(org, now):
        button = _form("mend", token, {"key": one.key}, "Mend", f"Mend {one.key}")
        yield _cell(WORDS[one.kind], one.name) + _cell(one.detail) + button


def _rules(org: Org, token: str) -> Iterable[str]:
    for key, rule in org.rules.items():
        word = "Switch off" if rule.active else "Switch on"
        fields = {"name": key, "active": str(not rule.active).lower()}
        text = rule.message or ", ".join(rule.fields) or rule.event
        button = _form("rule", token, fields, word, f"{word} {key}")
        yield _cell(rule.name, f"{WORDS[rule.kind]} on {rule.object}") + _cell(text) + button


def _activities(org: Org) -> str:
    words = {True: "on", False: "off"}
    settings = org.activities
    return (
        f"Shared Activities: {words[settings.shared]}. Events of several days: {words[settings.multiday]}. "
        f"Unique keys of activities: {words[settings.unique_keys]}."
    )


def _latest(org: Org, name: str) -> str:
    rows = list(org.store.rows(name, deleted=True))
    lines = (_cell(_title(row), _beneath(row)) + _cell(_when(row), _state(row)) for row in _newest(rows))
    title = f"{org.schema.objects[name].plural} ({len(rows)})"
    return _section(title, ("Name", "Changed"), lines, "There are none.")


def _title(row: Row) -> str:
    """A record's name; an activity has none but its subject, and a case has a number beside it."""
    title = str(row["Name"] if "Name" in row else row["Subject"] or "[No Subject]")
    return f"{row['CaseNumber']} {title}" if "CaseNumber" in row else title


def _beneath(row: Row) -> str:
    """The id, and of an event when it is."""
    if "StartDateTime" not in row:
        return str(row["Id"])
    parts = (row["StartDateTime"], row["EndDateTime"])
    if row["IsAllDayEvent"]:
        times = " to ".join(dict.fromkeys(str(part)[:10] for part in parts))
    else:
        times = " to ".join(str(part)[:16].replace("T", " ") for part in parts)
    return f"{row['Id']}, {times}" + (", a copy for an invited user" if row["IsChild"] else "")


def _newest(rows: list[Row]) -> list[Row]:
    """The latest first; of those of one second the one that was made last."""
    return sorted(rows, key=lambda row: str(row["SystemModstamp"]))[: -LATEST - 1 : -1]


def _state(row: Row) -> str:
    return "deleted" if row["IsDeleted"] else ""


def _when(row: Row) -> str:
    return str(row["SystemModstamp"])[:19].replace("T", " ")


def _section(title: str, heads: tuple[str, ...], lines: Iterable[str], empty: str) -> str:
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    head = "".join(f"<th scope=col>{text}</th>" for text in heads)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<h2>{escape(title)}</h2>" + (table if body else f"<p>{empty}</p>")


def _cell(text: str, beneath: str = "") -> str:
    return f"<td>{escape(text)}" + (f"<br><small>{escape(beneath)}</small>" if beneath else "") + "</td>"


def _form(verb: str, token: str, fields: dict[str, str], word: str, label: str) -> str:
    """A cell with a form of one button; `label` tells the buttons of a table apart for those who hear the page."""
    hidden = "".join(
        f'<input type=hidden name="{name}" value="{escape(value, quote=True)}">'
        for name, value in {"token": token, **fields}.items()
    )
    return (
        f'<td style="white-space:nowrap"><form method=post action="/_simulator/{verb}">{hidden}'
        f'<button aria-label="{escape(label, quote=True)}">{word}</button></form></td>'
    )
