"""What a person sees who follows a link into Gmail: the messages of one account, each at its own anchor.

Gmail opens a message at `/mail/?authuser=ADDRESS#all/ID`; the part behind the # never reaches a server, so the
page holds all messages and the browser finds the one. Nobody signs in here: the page is for the demo's user.
"""

from __future__ import annotations

from html import escape

from connectors.simulators.google.mailbox import Message
from connectors.simulators.google.world import World
from connectors.simulators.simulator import Call, Reply, Request

PATH = "/mail/"
WORDS = 400


def show(world: World, request: Request, call: Call) -> Reply:
    """The mailbox of `authuser`; 404 for an account that is not there."""
    from connectors.simulators.door import document

    call.operation = "webmail"
    account = world.accounts.get(request.first("authuser").lower())
    if account is None:
        return Reply.html(document("Google", "<p>There is no such account.</p>"), 404)
    call.account = account.email
    box = account.mailbox
    names = {label.id: label.name for label in box.labels.values()}
    letters = "".join(_letter(message, [names[each] for each in message.labels]) for message in box.newest_first())
    return Reply.html(document("Google", f"<h2>Mail of {escape(account.email)}</h2>{letters or '<p>No mail.</p>'}"))


def _letter(message: Message, labels: list[str]) -> str:
    content = message.content
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{escape(content.header(name.lower()))}</td></tr>'
        for name in ("From", "To", "Cc", "Date")
        if content.header(name.lower())
    )
    return (
        f'<article id="all/{escape(message.id)}"><h3>{escape(content.header("subject")) or "(no subject)"}</h3>'
        f"<table>{rows}<tr><th scope='row'>Labels</th><td>{escape(', '.join(labels))}</td></tr></table>"
        f"<p>{escape(content.text[:WORDS])}</p></article>"
    )
