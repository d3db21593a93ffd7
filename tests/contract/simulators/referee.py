"""What a discovery document of Google says of a value, read by the tests on their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = {"string": str, "integer": int, "boolean": bool}
FORMATS = {  # what such a text is called, and how it looks
    "date": ("date", r"\d{4}-\d\d-\d\d"),
    "date-time": ("date-time", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "google-datetime": ("date-time", r"[\d-]{10}T[\d:]{8}\.\d+Z"),
}
ANYTHING = ("", ".*")


@dataclass(frozen=True, kw_only=True)
class Referee:
    """`times` are patterns of fields, by name, of which the document says in words alone that they are times."""

    document: Mapping[str, Any]
    times: Mapping[str, str] = field(default_factory=dict)

    def faults(self, schema: Mapping[str, Any], value: Any, at: str = "answer") -> list[str]:
        """What in `value` the document does not declare, or declares otherwise."""
        if "$ref" in schema:
            schema = self.document["schemas"][schema["$ref"]]
        if schema["type"] == "object":
            return [fault for name, inner in value.items() for fault in self._inside(schema, name, inner, at)]
        if schema["type"] == "array":
            return [f for n, one in enumerate(value) for f in self.faults(schema["items"], one, f"{at}[{n}]")]
        return self._of_text(schema, value, at)

    def _inside(self, schema: Mapping[str, Any], name: str, value: Any, at: str) -> list[str]:
        declared = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        return self.faults(declared, value, f"{at}.{name}") if declared else [f"{at}.{name} is not declared"]

    def _of_text(self, schema: Mapping[str, Any], value: Any, at: str) -> list[str]:
        wrong = [] if isinstance(value, KINDS[schema["type"]]) else [f"{at} is no {schema['type']}"]
        wrong += [] if "enum" not in schema or value in schema["enum"] else [f"{at} is not one of {schema['enum']}"]
        time = self.times.get(at.rpartition(".")[2])
        called, pattern = ("time", time) if time else FORMATS.get(schema.get("format", ""), ANYTHING)
        return wrong + ([] if re.fullmatch(pattern, str(value), re.DOTALL) else [f"{at} is no {called}"])
