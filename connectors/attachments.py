"""Attachments of messages as files of the CRM, and which of them come as such, by an organization's rule. Pure.

A kind is an ending (`pdf`) or a content type (`application/pdf`, `image/*`). What is left out stays there by its name,
and so does a picture that the text shows: it is no attachment to whoever wrote the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.records import Attachment
from connectors.wire import MEGABYTE

MOST = 50  # kinds in one setting
LARGEST = 100  # megabytes that a setting may allow
# What makes up a signed or an encrypted message is of use to programs alone.
PLUMBING = frozenset(
    f"application/{kind}" for kind in ("pgp-encrypted", "pgp-signature", "pkcs7-signature", "x-pkcs7-signature")
)
_ENDING = re.compile(r"\.?([a-z0-9_+-]{1,20})")
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/(?:\*|[a-z0-9.+-]{1,80})")


@dataclass(frozen=True, kw_only=True)
class FileWrite:
    """A file to put into the CRM, where it belongs to nothing until a message takes it along. `key` is ours."""

    key: str
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """`largest` is in bytes, 0 where nothing is brought; `only` lets all kinds in where it is empty."""

    largest: int = 0
    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def wants(self, attachment: Attachment) -> bool:
        kinds = kinds_of(attachment)
        if attachment.inline or kinds & (self.never | PLUMBING) or (self.only and not kinds & self.only):
            return False
        return 0 < attachment.size <= self.largest

    def wanted(self, attachments: Sequence[Attachment]) -> tuple[int, ...]:
        """The places of those that are to be brought."""
        return tuple(place for place, each in enumerate(attachments) if self.wants(each))


def rules(*, on: bool, megabytes: int, only: Sequence[str], never: Sequence[str]) -> FileRules:
    """The settings of an organization."""
    return FileRules(largest=megabytes * MEGABYTE if on else 0, only=frozenset(only), never=frozenset(never))


def kinds_of(attachment: Attachment) -> frozenset[str]:
    """All words by which a setting may mean it."""
    dot, ending = attachment.name.rpartition(".")[1:]
    content_type = attachment.content_type.lower()
    named = {ending.strip().lower()} if dot else set()
    return frozenset({content_type, f"{content_type.partition('/')[0]}/*", *named})


def kind(written: str) -> str:
    """A kind as people write it, in the form that counts. Raises ValueError whose text says what to write."""
    word = written.strip().lower()
    if found := _ENDING.fullmatch(word):
        return found[1]
    if _TYPE.fullmatch(word):
        return word
    raise ValueError(f"“{written.strip()[:40]}” is no kind of file: write an ending (pdf) or a type (image/*).")
