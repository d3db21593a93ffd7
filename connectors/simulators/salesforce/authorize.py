"""The page on which a user lets an app in, or does not: the front half of the web server flow with PKCE.

What is wrong with the app or its address is told on a page, as nobody may be sent to an address that the app
does not have; everything else goes back to the app's own address, with `state`.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from connectors.simulators.salesforce.grants import CODE_LIFE, Client, Code
from connectors.simulators.salesforce.oauth import SCOPE, OAuthRefused
from connectors.simulators.salesforce.org import Org
from connectors.simulators.simulator import Call, Reply, Request

KEPT = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:10vh auto;padding:0 1rem}
button{min-height:44px;padding:8px 24px;font:inherit;margin-right:8px}
label{display:block;margin:16px 0}
select{font:inherit;min-height:44px;width:100%}
"""


def authorize(org: Org, request: Request, call: Call, now: float, _: str) -> Reply:
    """GET shows the page; its form posts the same fields with `decision` and `user`."""
    call.operation = "authorize"
    asked = request.form() if request.method == "POST" else {name: request.first(name) for name in request.query}
    try:
        client = _client(org, asked)
    except OAuthRefused as refused:
        text = f"error={refused.error}&error_description={refused.description}"
        return Reply.html(_page("We can’t authorize you", f"<p>{escape(text)}</p>"), 400)
    wrong = _wrong(client, asked)
    if wrong:
        return _back(asked, error=wrong[0], error_description=wrong[1])
    if request.method != "POST":
        return Reply.html(_question(org, asked))
    return _decided(org, client, asked, now)


def _client(org: Org, asked: Mapping[str, str]) -> Client:
    client = org.grants.clients.get(asked.get("client_id", ""))
    if client is None:
        raise OAuthRefused("invalid_client_id", "client identifier invalid")
    if asked.get("redirect_uri") not in client.redirect_uris:
        raise OAuthRefused("redirect_uri_mismatch", "redirect_uri must match configuration")
    return client


def _wrong(client: Client, asked: Mapping[str, str]) -> tuple[str, str] | None:
    if asked.get("response_type") != "code":
        return "unsupported_response_type", "response type not supported"
    if client.require_pkce and not asked.get("code_challenge"):
        return "invalid_request", "missing required code challenge"
    if asked.get("code_challenge") and asked.get("code_challenge_method", "S256") != "S256":
        return "invalid_request", "invalid code challenge method"
    return None


def _decided(org: Org, client: Client, asked: Mapping[str, str], now: float) -> Reply:
    user = org.user(asked.get("user", ""))
    if asked.get("decision") != "allow" or user is None or not user["IsActive"]:
        return _back(asked, error="access_denied", error_description="end-user denied authorization")
    code = Code(
        client_id=client.id,
        user_id=user["Id"],
        redirect_uri=asked["redirect_uri"],
        scope=asked.get("scope") or SCOPE,
        challenge=asked.get("code_challenge", ""),
        ends=now + CODE_LIFE,
    )
    return _back(asked, code=org.grants.new_code(code))


def _back(asked: Mapping[str, str], **answer: str) -> Reply:
    state = {"state": asked["state"]} if asked.get("state") else {}
    separator = "&" if "?" in asked["redirect_uri"] else "?"
    return Reply(status=302, headers={"Location": f"{asked['redirect_uri']}{separator}{urlencode(answer | state)}"})


def _question(org: Org, asked: Mapping[str, str]) -> str:
    kept = {name: asked[name] for name in KEPT if asked.get(name)}
    hidden = "".join(f'<input type=hidden name="{n}" value="{escape(v, quote=True)}">' for n, v in kept.items())
    users = [row for row in org.store.rows("User") if row["IsActive"]]
    hinted = asked.get("login_hint")
    options = "".join(
        f'<option value="{escape(u["Username"], quote=True)}"{" selected" if u["Username"] == hinted else ""}>'
        f"{escape(u['Name'])} ({escape(u['Username'])})</option>"
        for u in users
    )
    return _page(
        "Allow access?",
        "<p>Syncapp asks to access your Salesforce data, and to do so at any time.</p>"
        f'<form method=post action="/services/oauth2/authorize">{hidden}'
        f"<label>As user <select name=user>{options}</select></label>"
        "<button name=decision value=allow>Allow</button><button name=decision value=deny>Deny</button></form>",
    )


def _page(title: str, inside: str) -> str:
    return (
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>{title} | Salesforce simulator</title><style>{STYLE}</style><main><h1>{title}</h1>{inside}</main>"
    )
