"""The control door under `/_simulator/`: where the demo's user and the tests break and mend a provider.

GET without a verb is a page for people. Everything else wants the door's token, in the header
`X-Simulator-Token` or, from the page's own forms, in the field `token`; a foreign Host or Origin is refused.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict
from html import escape
from typing import Any
from urllib.parse import urlsplit

from connectors.simulators.faults import Fault
from connectors.simulators.simulator import Reply, Request, Simulator


def open_door(simulator: Simulator, request: Request, verb: str) -> Reply:
    """The answer of the control door. Wrong arguments end as 400 with a sentence."""
    if not _at_home(simulator, request):
        return Reply.json({"error": "this door opens on its own host only"}, 403)
    if request.method == "GET" and not verb:
        return Reply.html(_page(simulator))
    arguments, from_page = _arguments(request)
    token = request.headers.get("x-simulator-token") or str(arguments.pop("token", ""))
    if not hmac.compare_digest(token, simulator.door_token):
        return Reply.json({"error": "the door's token is missing or wrong"}, 403)
    try:
        with simulator.lock:
            result = _do(simulator, verb, arguments)
    except (KeyError, ValueError, TypeError) as error:
        return Reply.json({"error": str(error.args[0]) if error.args else str(error)}, 400)
    if from_page:
        return Reply(status=303, headers={"Location": "/_simulator/"})
    return Reply.json(result)


def _at_home(simulator: Simulator, request: Request) -> bool:
    home = urlsplit(simulator.base_url).netloc
    local = {home, home.replace("localhost", "127.0.0.1")}
    origin = request.headers.get("origin", "")
    return request.headers.get("host", "") in local and (not origin or urlsplit(origin).netloc in local)


def _arguments(request: Request) -> tuple[dict[str, Any], bool]:
    if request.method == "GET":
        return {name: values[0] for name, values in request.query.items()}, False
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(request.form()), True
    try:
        value = json.loads(request.body or b"{}")
    except ValueError:
        return {}, False
    return (value if isinstance(value, dict) else {}), False


def _do(simulator: Simulator, verb: str, arguments: dict[str, Any]) -> Any:
    match verb:
        case "snapshot":
            return simulator.snapshot()
        case "calls":
            since = int(arguments.get("since", 0))
            return [asdict(call) for call in simulator.calls[since:]]
        case "fault":
            simulator.faults.append(Fault.of(arguments))
            return {"faults": len(simulator.faults)}
        case "no-faults":
            simulator.faults.clear()
            return {"faults": 0}
        case "clock":
            if "offset" in arguments:
                simulator.timeline.move_to(float(arguments["offset"]))
            return {"offset": simulator.timeline.offset}
        case _:
            return simulator.control(verb, arguments)


def _page(simulator: Simulator) -> str:
    rows = "".join(
        f"<tr><td>{c.number}</td><td>{escape(c.method)}</td><td>{escape(c.operation or c.path)}</td>"
        f"<td>{c.status}</td></tr>"
        for c in reversed(simulator.calls[-30:])
    )
    return document(
        simulator.name,
        f"{simulator.page()}<h2>Last calls</h2><table><thead><tr><th>#<th>Method<th>What<th>Answer</thead>"
        f"<tbody>{rows}</tbody></table>",
    )


def document(name: str, inside: str) -> str:
    """A whole page for people, in the one style of all simulators; `inside` is HTML."""
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width, initial-scale=1">'
        f"<title>{escape(name)} simulator</title><style>{STYLE}</style>"
        f"<main><h1>{escape(name)} <small>simulator</small></h1>{inside}</main>"
    )


STYLE = """
:root{color-scheme:light dark;
 --bg:#f6f7f9;--surface:#fff;--line:#c3cad3;--text:#18212b;--muted:#52606d;--accent:#0b57d0}
@media(prefers-color-scheme:dark){:root{
 --bg:#0f1419;--surface:#182029;--line:#3b4753;--text:#e6ebf0;--muted:#a3b1bf;--accent:#8ab4f8}}
body{font:15px/1.5 system-ui,sans-serif;background:var(--bg);color:var(--text);margin:0}
main{max-width:960px;margin:0 auto;padding:24px 16px}
h1 small{color:var(--muted);font-weight:400}
table{border-collapse:collapse;width:100%;background:var(--surface);border:1px solid var(--line);font-size:13px}
th,td{text-align:left;padding:8px 12px;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
button{min-height:32px;padding:4px 12px;border:1px solid var(--line);border-radius:8px;
 background:var(--accent);color:var(--bg);font:inherit}
button{overflow-wrap:normal}
button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
form{display:inline}
"""
