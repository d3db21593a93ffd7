"""Messages whose text is not there to be shown: by the organization's choice, or because it is encrypted. Pure."""

from __future__ import annotations

from dataclasses import replace

from connectors.records import Email, Flag
from connectors.texts import unarmoured

UNWANTED = "[Your organization brings no texts of messages to Salesforce. This one is in the mailbox.]"
SEALED = "[The text of this message is encrypted or sealed. Whoever has the key can read it in the mailbox.]"
_INSIDE = frozenset({Flag.OVERSIZED, Flag.UNREADABLE, Flag.SEALED})  # matters only to whoever looks inside


def bare(email: Email) -> Email:
    """It without what it says and holds."""
    flags = (email.flags - _INSIDE) | {Flag.HEADERS_ONLY}
    return replace(email, text="", html="", attachments=(), flags=flags)


def worded(email: Email) -> Email:
    """It as people read it: with a sentence where there is no text, and in the place of what they cannot read."""
    if Flag.HEADERS_ONLY in email.flags:
        return replace(email, text=UNWANTED)
    if Flag.SEALED in email.flags:
        text = unarmoured(email.text, SEALED) or SEALED
        return replace(email, text=text, html=unarmoured(email.html, SEALED))
    return email
