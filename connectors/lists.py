"""Long lists for people: pages by cursor, and counts that stop counting.

The cursors are those of the REST interface, so a page is as fast at the end of a million rows as at the start, and a
row that arrives meanwhile moves none from one page to the next.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode, urlsplit

from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from rest_framework.pagination import Cursor
from rest_framework.request import Request

from connectors import translation
from connectors.rest.pagination import Pages
from connectors.rest.problems import Refused

CURSOR = "cursor"
COUNTED_TO = 10_000
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many there are; `beyond` says that there are more than that."""

    count: int
    beyond: bool

    def __str__(self) -> str:
        found = translation.number(self.count)
        return translation.gettext("more than %(number)s") % {"number": found} if self.beyond else found


def counted(rows: QuerySet[Any], most: int = COUNTED_TO) -> Counted:
    """Counts so far and no further. In the order of the pages, so that the index that serves them is walked along, and
    the table is not where much of it fits."""
    found = rows.order_by("-pk").values("pk")[: most + 1].count()
    return Counted(count=min(found, most), beyond=found > most)


@dataclass(frozen=True, kw_only=True)
class Leaf(Generic[M]):
    """One page of a list; `newer` and `older` are the queries of its neighbours, "" where there is none."""

    rows: Sequence[M]
    newer: str
    older: str


def total(page: Leaf[Any], rows: QuerySet[Any]) -> Counted:
    """How many rows there are, of which this is a page: what one page holds is not counted again."""
    is_all = not page.newer and not page.older
    return Counted(count=len(page.rows), beyond=False) if is_all else counted(rows)


class _ReadersPages(Pages):
    """Of a fixed size; a cursor that is none of ours begins at the first page, as somebody who typed it would want."""

    def __init__(self, size: int, ordering: str) -> None:
        self.page_size, self.ordering = size, ordering

    def get_page_size(self, request: Request) -> int:
        return self.page_size

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            return super().decode_cursor(request)
        except Refused:
            return None


def leaf(request: HttpRequest, rows: QuerySet[M], size: int, *, ordering: str = "-pk") -> Leaf[M]:
    """The page that the address asks for, newest first unless `ordering` is "pk"."""
    pages = _ReadersPages(size, ordering)
    found = pages.paginate_queryset(rows, Request(request)) or []
    return Leaf(rows=found, newer=_query(pages.get_previous_link()), older=_query(pages.get_next_link()))


def _query(link: str | None) -> str:
    return f"?{urlsplit(link).query}" if link else ""


def one_by_one(rows: QuerySet[M], together: int = 500) -> Iterator[M]:
    """All rows, newest first, read a few hundred at a time: nothing is held open in between, and what arrives meanwhile
    is left out."""
    wanted = rows.order_by("-pk")
    found = list(wanted[:together])
    while found:
        yield from found
        found = list(wanted.filter(pk__lt=found[-1].pk)[:together])


def cursor_at(pk: int) -> str:
    """The cursor of the page that follows a row."""
    return b64encode(urlencode({"p": pk}).encode()).decode()


class LongList(ChangeList):
    """A list of the admin that is paged and counted like that. It can be turned round and sorted no other way."""

    leaf: Leaf[Any]
    total: Counted

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """A filter begins at the first page."""
        self.params.pop(CURSOR, None)
        self.filter_params.pop(CURSOR, None)
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        oldest_first = self.get_ordering(request, self.queryset)[:1] == ["pk"]
        self.leaf = leaf(request, self.queryset, self.list_per_page, ordering="pk" if oldest_first else "-pk")
        self.total = total(self.leaf, self.queryset)
        self.result_list = self.leaf.rows
        self.result_count, self.full_result_count = self.total.count, None
        self.show_full_result_count, self.show_admin_actions = False, bool(self.total.count)
        self.can_show_all = self.multi_page = False  # there are no numbers of pages
