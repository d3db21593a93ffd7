"""What a person sees who follows a link into Salesforce: one record with its fields, at `/<id>`.

Nobody signs in here: the page is for the demo's user, on loopback.
"""

from __future__ import annotations

import re
from html import escape

from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.store import Row
from connectors.simulators.simulator import Call, Reply, Request

ADDRESS = re.compile(r"^/(?P<id>[A-Za-z0-9]{15,18})?$")
LATEST = 50


def show(org: Org, request: Request, call: Call, *_: object) -> Reply:
    """A record, or the latest messages and events where no id is given; 404 for an id that is not there."""
    from connectors.simulators.door import document

    call.operation = "page"
    found = ADDRESS.match(request.path)
    record_id = found["id"] if found else None
    if not record_id:
        return Reply.html(document("Salesforce", _latest(org)))
    row = org.store.get(record_id)
    if row is None:
        return Reply.html(document("Salesforce", "<p>There is no such record.</p>"), 404)
    return Reply.html(document("Salesforce", _record(row)))


def _record(row: Row) -> str:
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{_value(value)}</td></tr>'
        for name, value in row.items()
        if value not in (None, "", [], False)
    )
    state = "<p>■ In the recycle bin.</p>" if row.get("IsDeleted") else ""
    return f"<h2>{escape(str(row.get('Name') or row.get('Subject') or row['Id']))}</h2>{state}<table>{lines}</table>"


def _value(value: object) -> str:
    """Ids lead to their records."""
    text = escape(str(value))
    return f'<a href="/{text}">{text}</a>' if re.fullmatch(r"[A-Za-z0-9]{18}", text) else text


def _latest(org: Org) -> str:
    messages, events = _listed(org, "EmailMessage", "Name"), _listed(org, "Event", "Subject")
    more = f"<h2>Latest events</h2><ul>{events}</ul>" if events else ""
    return (f"<h2>Latest messages</h2><ul>{messages}</ul>" if messages else "<p>No messages yet.</p>") + more


def _listed(org: Org, name: str, titled: str) -> str:
    rows = list(org.store.rows(name))[-LATEST:]
    titles = ((row["Id"], escape(str(row[titled] or row["Id"]))) for row in reversed(rows))
    return "".join(f'<li><a href="/{record_id}">{title}</a></li>' for record_id, title in titles)
