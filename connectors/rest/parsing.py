"""Bodies: one JSON object, and nothing that two readers could read differently."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """One JSON object (RFC 8259) in UTF-8, without repeated names, NaN or Infinity.

    An empty body never gets here; it counts as `{}`. Neither does one of over `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            value = json.loads(stream.read().decode(), object_pairs_hook=_object, parse_constant=_refused)
        except RecursionError:
            raise ParseError("The body is nested too deeply; send one flat JSON object.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}. Send one JSON object, encoded as UTF-8.") from None
        if not isinstance(value, dict):
            raise ParseError("The body is not a JSON object; send {…} with the fields by name.")
        return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return value


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is not a JSON number")
