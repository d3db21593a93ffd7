"""Makes the corpus: 48 messages as they come, lifelike and odd. `python -m tests.corpus.make_mail` writes them anew.

Every byte is set by hand, not by a library, so that nothing is tidied up on the way. What a reader ought to see
in each stands in `mail/expectations.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.corpus import broken_mail, everyday_mail, foreign_mail, special_mail

FOLDER = Path(__file__).with_name("mail")


def messages() -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of each message; the number in front tells the order."""
    kinds = (*everyday_mail.MESSAGES, *foreign_mail.MESSAGES, *broken_mail.MESSAGES, *special_mail.MESSAGES)
    for number, (name, make) in enumerate(kinds, start=1):
        yield f"{number:02}-{name}.eml", make()


def main() -> None:
    for name, content in messages():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
