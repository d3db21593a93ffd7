"""Real messages are read byte for byte, each file once, into the mailboxes in rotation."""

from __future__ import annotations

import mailbox
from collections import Counter
from pathlib import Path

import pytest

from syncapp.demo import real_mail
from syncapp.demo.cast import COLLEAGUES

ODD = b"Subject: \xff\x00\r\n\r\nbare\nline ends\r"


def test_files_are_read_byte_for_byte_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(ODD)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c.eml").write_bytes(b"Subject: first\r\n\r\n")
    (tmp_path / "notes.txt").write_bytes(b"no message")
    assert list(real_mail.messages(tmp_path)) == [b"Subject: first\r\n\r\n", ODD]


def test_a_maildir_gives_seen_and_new_messages(tmp_path: Path) -> None:
    for place in ("cur", "new", "tmp"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "1").write_bytes(place.encode())
    assert list(real_mail.messages(tmp_path)) == [b"cur", b"new"]


def test_a_mailbox_file_gives_each_message(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "old.mbox")
    for number in range(3):
        box.add(f"Subject: {number}\n\nHello\n")
    box.close()
    assert [raw.splitlines()[0] for raw in real_mail.messages(tmp_path)] == [
        b"Subject: 0",
        b"Subject: 1",
        b"Subject: 2",
    ]


@pytest.mark.parametrize("number", [1, 6, 7, 13])
def test_the_mailboxes_take_turns(tmp_path: Path, number: int) -> None:
    for each in range(number):
        (tmp_path / f"{each:02}.eml").write_bytes(b"Subject: x\r\n\r\n")
    found = real_mail.deliveries(tmp_path)
    shares = Counter(address for delivery in found for address, _ in delivery.boxes)
    assert shares.total() == number
    assert max(shares.values()) - min((shares[c.address] for c in COLLEAGUES), default=0) <= 1
    assert len({delivery.at for delivery in found}) == number
