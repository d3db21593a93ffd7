"""Messages of which an organization takes the headers alone. Pure."""

from __future__ import annotations

from dataclasses import replace

from connectors.records import Email, Flag

SENTENCE = "[Your organization brings no texts of messages to Salesforce. This one is in the mailbox.]"
_INSIDE = frozenset({Flag.OVERSIZED, Flag.UNREADABLE})  # matters only to whoever looks inside


def bare(email: Email) -> Email:
    """It without what it says and holds."""
    flags = (email.flags - _INSIDE) | {Flag.HEADERS_ONLY}
    return replace(email, text="", html="", attachments=(), flags=flags)


def worded(email: Email) -> Email:
    """It with a sentence where its text would be, if that was not read on purpose."""
    return replace(email, text=SENTENCE) if Flag.HEADERS_ONLY in email.flags else email
