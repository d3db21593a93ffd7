"""Real messages from a folder: single files (eml), mailbox files (mbox) and maildirs, byte for byte."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from syncapp.demo.cast import COLLEAGUES
from syncapp.demo.world import START, Delivery


def deliveries(folder: Path) -> list[Delivery]:
    """Each message once, into the demo's mailboxes in rotation, a minute apart."""
    boxes = cycle(colleague.address for colleague in COLLEAGUES)
    return [
        Delivery(raw=raw, at=START + timedelta(minutes=number), group="real", boxes=((address, ("INBOX",)),))
        for number, (raw, address) in enumerate(zip(messages(folder), boxes, strict=False))
    ]


def messages(folder: Path) -> Iterator[bytes]:
    """Everything in a folder that holds messages, in the order of the names."""
    if (folder / "cur").is_dir():
        yield from (path.read_bytes() for path in sorted([*folder.glob("cur/*"), *folder.glob("new/*")]))
        return
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".eml":
            yield path.read_bytes()
        elif path.suffix == ".mbox":
            box = mailbox.mbox(path, create=False)
            yield from (box.get_bytes(key) for key in box.iterkeys())
