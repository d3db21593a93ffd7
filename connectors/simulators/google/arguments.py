"""The arguments of a control door's verb, read from JSON or from a form, with a sentence for what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors.simulators.google.world import World


class Arguments:
    """Every reading raises ValueError with a sentence where the value is missing or of the wrong kind."""

    def __init__(self, verb: str, values: Mapping[str, Any]) -> None:
        self._verb = verb
        self._values = values

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, default)
        if not isinstance(value, str) or (default is None and not value):
            raise ValueError(f"“{self._verb}” wants “{name}”, a text")
        return value

    def choice(self, name: str, choices: Iterable[str], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ValueError(f"“{name}” is one of {', '.join(choices)}")
        return value

    def number(self, name: str, default: int | None = None) -> int | None:
        value = self._values.get(name, default)
        try:
            return None if value is None else int(value)
        except (TypeError, ValueError):
            raise ValueError(f"“{name}” is a whole number") from None

    def flag(self, name: str) -> bool:
        return self._values.get(name, False) in (True, "true", "on", "1")

    def texts(self, name: str, default: Iterable[str] = ()) -> list[str]:
        """A list, or a text with commas between."""
        value = self._values.get(name)
        if value is None:
            return [*default]
        if isinstance(value, str):
            return [one.strip() for one in value.split(",") if one.strip()]
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return [*value]
        raise ValueError(f"“{name}” is a list of texts")

    def record(self, name: str) -> dict[str, Any]:
        """A JSON object, or a text that holds one."""
        value = self._values.get(name)
        try:
            value = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ValueError(f"“{self._verb}” wants “{name}”, an object")
        return value

    def each(self, name: str) -> list[Arguments]:
        """A list of arguments of the same verb."""
        value = self._values.get(name)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise ValueError(f"“{self._verb}” wants “{name}”, a list of objects")
        return [Arguments(self._verb, one) for one in value]


Verb = Callable[[World, Arguments], Any]
