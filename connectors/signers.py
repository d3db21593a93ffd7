"""The keys with which Google signs: asked for when one is needed, and kept as long as Google says.

A made-up name of a key asks Google for its keys once a minute at the most, whoever sends it, however often.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.conf import settings

from connectors import clock, network
from connectors.bodies import items, json_value, mapping
from connectors.effects import outside
from connectors.errors import Answer, ConnectorError, Failure
from connectors.id_tokens import Key
from connectors.services import wire

SECONDS = 5.0  # in all: somebody waits for an answer
LEAST, MOST = 300.0, 86_400.0  # seconds for which keys are kept, whatever is said
PAUSE = 60.0  # seconds between two questions


@dataclass(frozen=True, kw_only=True)
class KeySet:
    """Keys by their names, for so many seconds."""

    keys: Mapping[str, Key]
    lifetime: float


Fetch = Callable[[], KeySet]


class Signers:
    """Shared by the threads of a process: one asks, the others wait for what it hears."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._keys: Mapping[str, Key] = {}
        self._until = self._asked_at = 0.0
        self._failure: Failure | None = None

    def key(self, name: str) -> Key | None:
        """The key of that name; None where Google has no such key. Raises `ConnectorError` while nobody knows."""
        with self._lock:
            present = clock.now().timestamp()
            lasts = present < self._until
            if not (lasts and name in self._keys) and present >= self._asked_at + PAUSE:
                self._ask(present)
            elif not lasts and self._failure is not None:
                raise ConnectorError(self._failure)
            return self._keys.get(name)

    def _ask(self, present: float) -> None:
        self._asked_at = present
        try:
            said = self._fetch()
        except ConnectorError as error:
            self._failure = error.failure
            if present >= self._until:
                self._keys = {}
                raise
            return
        self._failure = None
        self._keys, self._until = said.keys, present + min(max(said.lifetime, LEAST), MOST)


def published() -> KeySet:
    """What Google publishes right now; one request. Raises `ConnectorError`."""
    with outside("push: keys of Google"):
        answer = _got()
    told = [mapping(each) for each in items(mapping(json_value(answer.body)).get("keys"))]
    keys = {str(each["kid"]): each for each in told if each.get("kty") == "RSA" and each.get("kid")}
    if answer.status != 200 or not keys:
        raise network.error("NON_JSON_ANSWER", "the keys of Google", status=answer.status)
    age = re.search(r"max-age=(\d{1,9})", answer.headers.get("cache-control", ""))
    return KeySet(keys=keys, lifetime=float(age[1]) if age else LEAST)


def _got() -> Answer:
    from connectors.transport import Session, answer_of

    with Session(replace(wire(), total=SECONDS, connect=SECONDS, read=SECONDS)) as session:
        return answer_of(session.request("GET", settings.GOOGLE_CERTS_URL))


GOOGLE = Signers(lambda: published())  # noqa: PLW0108 - whichever function stands there then
