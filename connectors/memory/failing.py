"""How what is in memory fails: as a provider would, on demand, and in the order that was asked for."""

from __future__ import annotations

from collections import deque

from connectors.errors import ConnectorError, Failure, ItemError, Kind, Matched


def failure(code: str, kind: Kind, said: str = "", fields: tuple[str, ...] = ()) -> Failure:
    """A failure as a provider would give it."""
    provider = code.partition(".")[0]
    return Failure(provider=provider, code=code, kind=kind, said=said, fields=fields, matched=Matched.CODE)


def refusal(code: str, kind: Kind, said: str = "") -> ItemError:
    """The same in the place of one record."""
    return ItemError(failure=failure(code, kind, said))


class Faults:
    """Calls that fail on demand, in the order they were asked for; so do answers that are lost after the writing."""

    def __init__(self) -> None:
        self.waiting: deque[Failure | None] = deque()
        self.lost_answers: deque[bool] = deque()

    def strike(self) -> None:
        """Raises what the next call is to fail with; `None` in the queue lets one call pass."""
        if self.waiting:
            planned = self.waiting.popleft()
            if planned is not None:
                raise ConnectorError(planned)

    def lose(self) -> None:
        """Raises where the answer to what was just written is to be lost."""
        if self.lost_answers and self.lost_answers.popleft():
            raise ConnectorError(failure("network.CONNECTION_RESET", Kind.TRANSIENT, "after the write"))
