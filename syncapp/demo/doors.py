"""The simulators' control doors, from outside: one JSON call each, over HTTPS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.transport import Session
from connectors.wire import MEGABYTE, Wire


class DoorError(RuntimeError):
    """A control door refused; the text is its sentence."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """One simulator's control door."""

    url: str
    token: str
    ca: str

    def __call__(self, verb: str, **arguments: Any) -> Any:
        """Does a verb. Raises `DoorError` with the door's own sentence."""
        host = self.url.removeprefix("https://")
        with Session(Wire(hosts=frozenset({host}), ca_bundle=self.ca, largest_body=512 * MEGABYTE)) as session:
            answer = session.post(
                f"{self.url}/_simulator/{verb}", json=arguments, headers={"X-Simulator-Token": self.token}
            )
        said = answer.json()
        if answer.status_code != 200:
            raise DoorError(f"{verb}: {said.get('error', answer.status_code)}")
        return said


@dataclass(frozen=True, kw_only=True)
class Doors:
    """All three."""

    salesforce: Door
    google: Door
    postbox: Door

    @classmethod
    def of(cls, said: dict[str, Any]) -> Doors:
        """Out of what `manage.py simulators --json` prints."""
        ca = said["ca"]
        return cls(
            **{
                name: Door(url=said[name]["url"], token=said[name]["door_token"], ca=ca)
                for name in ("salesforce", "google", "postbox")
            }
        )

    def move_clock(self, offset: float) -> None:
        """Sets the virtual clock, which all three share, to `offset` seconds ahead of real time."""
        self.salesforce("clock", offset=offset)
