"""Addresses of Google's own pages. Pure."""

from __future__ import annotations

from urllib.parse import quote


def message_url(web_root: str, address: str, message_id: str) -> str:
    """Opens a message in Gmail as the account it belongs to, also where several are signed in."""
    return f"{web_root}/mail/?authuser={quote(address)}#all/{quote(message_id)}"
