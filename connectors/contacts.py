"""Somebody's entry in an address book, in nobody's dialect: a frozen, provider-neutral value. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Place:
    """A postal address. `street` may have several lines."""

    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


NOWHERE = Place()


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One person in an address book, as one side shows it. Texts are decoded.

    `email` is lower case and the first of the addresses; `more_emails` are the others, in lower case, by which a person
    is found and which stay where they are. `phone` is that of the work, `address` that of the work and `other_address`
    that of the home: each side has many, and these are the ones that both know. `company` is the account's name in the
    our key where the record carries one; `changed_at` is when it was last changed, aware and in UTC.
    """

    first: str = ""
    last: str = ""
    email: str = ""
    more_emails: tuple[str, ...] = ()
    phone: str = ""
    mobile: str = ""
    home_phone: str = ""
    fax: str = ""
    job: str = ""
    department: str = ""
    company: str = ""
    address: Place = NOWHERE
    other_address: Place = NOWHERE
    birthday: date | None = None
    text: str = ""
    key: str = ""
    changed_at: datetime | None = None

    @property
    def name(self) -> tuple[str, str]:
        """First and last name, without spaces around them. One that has no last name is called by what there is: the
        first name, the company or the address, since the CRM wants one. Both are "" where there is nothing at all."""
        first, last = " ".join(self.first.split()), " ".join(self.last.split())
        return (first, last) if last else ("", first or " ".join(self.company.split()) or self.email)

    @property
    def title(self) -> str:
        """What a list calls it."""
        return " ".join(self.name).strip()

    @property
    def emails(self) -> tuple[str, ...]:
        """All of its addresses, the first one first."""
        return tuple(each for each in (self.email, *self.more_emails) if each)


def same_name(one: str, other: str) -> bool:
    """Whether two names may be one person's: of the first ones one may be missing or short, the last ones are alike.

    An address instead of a name tells nothing against it.
    """
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs or sorted(mine) == sorted(theirs):
        return True
    if mine[-1] != theirs[-1]:
        return False
    return min(len(mine), len(theirs)) == 1 or mine[0].startswith(theirs[0]) or theirs[0].startswith(mine[0])


def _words(name: str) -> list[str]:
    return [] if "@" in name else [word.strip(".,") for word in name.casefold().split()]


def addresses_with(email: str, before: Contact) -> tuple[str, tuple[str, ...]]:
    """The first and the other addresses once `email` is written to what stood there `before`.

    It takes the place of the first one and leaves the others. One that stands among the others comes to the front, and
    what was the first one stays behind it: nobody's address is lost, and none stands twice. "" takes the first away.
    """
    if email in before.more_emails:
        rest = (before.email, *(each for each in before.more_emails if each != email))
        return email, tuple(each for each in rest if each)
    return (email, before.more_emails) if email else (next(iter(before.more_emails), ""), before.more_emails[1:])
