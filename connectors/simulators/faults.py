"""Faults on demand: what a simulator does wrong, and at which call."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.simulators.simulator import Reply


class Action(StrEnum):
    """How a call goes wrong. Only the first two replace the answer; the others spoil a true one."""

    ANSWER = "answer"  # another answer, nothing is done
    DROP_BEFORE = "drop_before"  # the connection is cut, nothing is done
    DROP_AFTER = "drop_after"  # the request is carried out, then the connection is cut: the lost answer
    TRUNCATE = "truncate"  # carried out, half of the body is sent
    DRIP = "drip"  # carried out, the body comes byte by byte
    DELAY = "delay"  # carried out, the answer comes late


@dataclass(kw_only=True)
class Fault:
    """Strikes matching calls from the `after`-th on, `times` times (-1: always). `path` is searched as a regex;
    with `bearer` only calls with this access token match, with `writes` only those that turn out to write: such a
    fault cannot replace the answer.
    """

    action: Action
    method: str = ""
    path: str = ""
    bearer: str = ""
    after: int = 0
    times: int = 1
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    delay: float = 0.0
    pause: float = 0.05
    writes: bool = False
    seen: int = 0

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Fault:
        """From the JSON of the control door. Raises ValueError with a sentence."""
        unknown = set(values) - set(cls.__dataclass_fields__)
        if unknown or "action" not in values:
            raise ValueError(f"a fault has an action and knows no {sorted(unknown)}")
        body = values.get("body", "")
        text = body if isinstance(body, str) else json.dumps(body)
        made = cls(**{**values, "action": Action(values["action"]), "body": text})
        if made.writes and made.instead:
            raise ValueError("whether a call writes is known once it is carried out: this action is too early")
        return made

    @property
    def instead(self) -> bool:
        """Whether the request is not carried out at all."""
        return self.action in (Action.ANSWER, Action.DROP_BEFORE)

    def strikes(self, method: str, path: str, token: str = "") -> bool:
        """Counts a matching call and says whether this is one to spoil."""
        if (self.method and self.method != method) or not re.search(self.path, path):
            return False
        if self.bearer and self.bearer != token:
            return False
        self.seen += 1
        return self.after < self.seen and (self.times < 0 or self.seen <= self.after + self.times)

    def reply(self, make: type[Reply] | Callable[..., Reply]) -> Reply | None:
        """The answer to give instead of the true one; `None` where the connection is cut."""
        if self.action is Action.DROP_BEFORE:
            return None
        headers = {"Content-Type": "application/json;charset=UTF-8"} | dict(self.headers)
        return make(status=self.status, headers=headers, body=self.body.encode())
