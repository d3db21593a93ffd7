"""Where reading goes on in the contacts of an account. Pure.

A full read is a list of everything, and its last page gives a sync token; later reads show what changed since
(https://developers.google.com/people/api/rest/v1/people.connections/list). A sync token is good for seven days after
the list in full that it goes back to, so that everything is read anew once a week; Google says so when it is time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.google.cursor import Sealed


@dataclass(frozen=True, kw_only=True)
class ContactPosition(Sealed):
    """`group` is the resource name of ours, "" while there is none. `page` is the next page, "" at first; `token` is
    the sync token, "" in a full read.
    """

    group: str
    page: str = ""
    token: str = ""

    def _told(self) -> list[str]:
        return ["contact", self.group, self.page, self.token]

    @property
    def is_full(self) -> bool:
        return not self.token

    def turned(self, page: str, token: str) -> ContactPosition:
        """After a page that named the next one, or after the last one, which gave a token."""
        return replace(self, page=page) if page else replace(self, page="", token=token or self.token)
