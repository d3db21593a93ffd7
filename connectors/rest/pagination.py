"""Pages by cursor: as fast at the end of a million rows as at the start, and nothing twice while rows arrive."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination, Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from connectors.rest.problems import bad_parameters

LIMIT, LARGEST = 50, 200
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_ID = re.compile(r"[0-9]{1,18}")
_BAD_CURSOR = {"cursor": "This is no cursor of ours; follow `next` as it is, or start again without one."}
_EXAMPLE = "https://syncapp.example/api/v1/issues/?cursor=cD0xMA%3D%3D"
_LINK = {"type": ["string", "null"], "format": "uri"}


class Slugged(Protocol):
    @property
    def slug(self) -> str: ...


T = TypeVar("T", bound=Slugged)


def limit_of(request: Request) -> int:
    """How many rows are wanted. Raises `Refused` for what is not a number from 1 to `LARGEST`."""
    text = request.query_params.get("limit", str(LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= LARGEST):
        raise bad_parameters({"limit": f"Give a number from 1 to {LARGEST}."})
    return int(text)


def _page_schema(rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["next", "previous", "results"],
        "properties": {
            "next": {**_LINK, "description": "The next page; null on the last one.", "example": _EXAMPLE},
            "previous": {**_LINK, "description": "The page before; null on the first one.", "example": None},
            "results": rows,
        },
    }


def _parameters() -> list[dict[str, Any]]:
    size = {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": LIMIT}
    return [
        {"name": "limit", "in": "query", "required": False, "description": "Rows of a page.", "schema": size},
        {
            "name": "cursor",
            "in": "query",
            "required": False,
            "description": "Stands in `next` and `previous`; nobody makes one up.",
            "schema": {"type": "string"},
        },
    ]


class Pages(CursorPagination):
    """`?limit=` up to 200 rows, newest first; `next` and `previous` are addresses to follow as they are."""

    page_size = LIMIT
    page_size_query_param = "limit"
    max_page_size = LARGEST
    ordering = "-pk"

    def get_page_size(self, request: Request) -> int:
        return limit_of(request)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Positions are ids; anything else would reach the database as it came."""
        text = request.query_params.get("cursor", "AA==")
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise bad_parameters(_BAD_CURSOR) from None
        position = getattr(cursor, "position", None)
        if not _BASE64.fullmatch(text) or not (position is None or _ID.fullmatch(str(position))):
            raise bad_parameters(_BAD_CURSOR)
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return _page_schema(schema)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return _parameters()


class SluggedPages(BasePagination):
    """The same pages over rows in memory that stand in the order of their slugs; cursors name the slug at the edge."""

    def paginate_queryset(self, queryset: Sequence[T], request: Request, view: Any = None) -> list[T]:  # type: ignore[override]  # a list is no queryset
        size = limit_of(request)
        backwards, edge = _edge(request.query_params.get("cursor"))
        rows = [row for row in queryset if (row.slug < edge if backwards else row.slug > edge)]
        page = rows[-size:] if backwards else list(islice(rows, size))
        self._base = request.build_absolute_uri()
        more = len(rows) > size
        has_next, has_previous = (bool(edge), more) if backwards else (more, bool(edge))
        self._next = self._link("a", page[-1].slug) if page and has_next else None
        self._previous = self._link("b", page[0].slug) if page and has_previous else None
        return page

    def _link(self, side: str, slug: str) -> str:
        cursor = urlsafe_b64encode(f"{side}{slug}".encode()).decode()
        return replace_query_param(self._base, "cursor", cursor)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._next, "previous": self._previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return _page_schema(schema)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return _parameters()


def _edge(cursor: str | None) -> tuple[bool, str]:
    """(whether the page ends there, slug); the first page starts after the empty slug."""
    if cursor is None:
        return False, ""
    try:
        text = urlsafe_b64decode(cursor.encode("ascii")).decode()
    except (binascii.Error, ValueError):
        raise bad_parameters(_BAD_CURSOR) from None
    if text[:1] not in {"a", "b"} or not text[1:]:
        raise bad_parameters(_BAD_CURSOR)
    return text[0] == "b", text[1:]
