"""Real messages from a folder: single files (eml), mailbox files (mbox) and maildirs, byte for byte."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from syncapp.demo.cast import COLLEAGUES
from syncapp.demo.world import START, Delivery


class NoMail(ValueError):
    """A folder that cannot be played with; the text is a sentence that says why and what to do."""


def deliveries(folder: Path) -> list[Delivery]:
    """Each message once, into the demo's mailboxes in rotation, a minute apart. Raises `NoMail`."""
    found = _all_of(folder)
    boxes = cycle(colleague.address for colleague in COLLEAGUES)
    return [
        Delivery(raw=raw, at=START + timedelta(minutes=number), group="real", boxes=((address, ("INBOX",)),))
        for number, (raw, address) in enumerate(zip(found, boxes, strict=False))
    ]


def _all_of(folder: Path) -> list[bytes]:
    if not folder.is_dir():
        raise NoMail(f"There is no folder {folder}. Name one that holds messages.")
    try:
        found = list(messages(folder))
    except (OSError, mailbox.Error) as error:
        reason = getattr(error, "strerror", None) or "no such mailbox"
        name = getattr(error, "filename", None) or error
        raise NoMail(f"Cannot read {name}: {reason.lower()}. Mend or remove the file.") from None
    if not found:
        raise NoMail(f"There is no message in {folder}. Name a folder with .eml or .mbox files, or a maildir.")
    return found


def messages(folder: Path) -> Iterator[bytes]:
    """Everything in a folder that holds messages, in the order of the names."""
    if (folder / "cur").is_dir():
        yield from (path.read_bytes() for path in sorted([*folder.glob("cur/*"), *folder.glob("new/*")]))
        return
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".eml":
            yield path.read_bytes()
        elif path.suffix == ".mbox":
            with closing(mailbox.mbox(path, create=False)) as box:
                yield from (box.get_bytes(key) for key in box.iterkeys())
