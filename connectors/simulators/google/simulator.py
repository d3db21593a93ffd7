"""Google as one HTTPS server: sign-in, tokens, Gmail, Calendar, People and Tasks under their true paths, and the door.

It plays accounts.google.com, oauth2.googleapis.com, www.googleapis.com, gmail.googleapis.com,
people.googleapis.com and tasks.googleapis.com at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.simulators.google import (
    batch,
    consent,
    control,
    jwt,
    oauth,
    page,
    webcalendar,
    webcontacts,
    webmail,
    webtasks,
)
from connectors.simulators.google.answers import ApiError, OAuthError, PageError
from connectors.simulators.google.gate import API_ROOTS, Gate, known_scopes, pretty
from connectors.simulators.google.postman import Postman
from connectors.simulators.google.quota import concurrent_calls
from connectors.simulators.google.world import CLIENT_ID, CLIENT_SECRET, Client, World
from connectors.simulators.simulator import Call, Reply, Request, Simulator
from connectors.simulators.timeline import Timeline

Room = Callable[[Request, Call], Reply]
CERTIFICATES = "/oauth2/v3/certs"
KEPT = "public, max-age=22170, must-revalidate, no-transform"  # about as long as Google says


def _certificates(_: Request, call: Call) -> Reply:
    """The public keys of what Google signs, the tokens of Pub/Sub among it."""
    call.operation = "certs"
    return Reply.json(jwt.key_set(), headers={"Cache-Control": KEPT})


class GoogleSimulator(Simulator):
    """`world` is where another simulator left off; without one it starts empty, with one client.

    `redirect_uris` are those that this client has registered.
    """

    name = "Google"

    def __init__(
        self, timeline: Timeline | None = None, world: World | None = None, *, redirect_uris: tuple[str, ...] = ()
    ) -> None:
        super().__init__(timeline)
        self.world = world or World(self.timeline)
        self.world.timeline = self.timeline
        if not self.world.clients:
            client = Client(id=CLIENT_ID, secret=CLIENT_SECRET, redirect_uris=[*redirect_uris])
            self.world.clients[client.id] = client
        self._consent = consent.Consent(self.world, known_scopes)
        self._gate = Gate(self.world)
        self._postman = Postman(self.lock)
        self._rooms = self._addresses()
        self._corridors: dict[tuple[str, str], Room] = {
            ("GET", webcontacts.PATH): lambda request, call: webcontacts.show(self.world, request, call),
            ("GET", webtasks.PATH): lambda request, call: webtasks.show(self.world, request, call),
        }

    def _addresses(self) -> dict[tuple[str, str], Room]:
        """Everything that is no API method."""
        return {
            ("GET", consent.PATH): self._consent.ask,
            ("GET", webmail.PATH): lambda request, call: webmail.show(self.world, request, call),
            ("GET", webcalendar.PATH): lambda request, call: webcalendar.show(self.world, request, call),
            ("POST", consent.PATH): self._consent.decide,
            ("POST", "/token"): lambda request, call: oauth.token(self.world, request, call),
            ("POST", "/revoke"): lambda request, call: oauth.revoke(self.world, request, call),
            ("GET", CERTIFICATES): _certificates,
            ("GET", "/oauth2/v3/userinfo"): lambda request, call: oauth.userinfo(self.world, request, call),
            **{("POST", path): self._batch for path in batch.PATHS},
        }

    def answer(self, request: Request, call: Call) -> Reply:
        self.world.base_url = self.base_url
        start = request.path[: request.path.rfind("/") + 1]
        room = self._rooms.get((request.method, request.path)) or self._corridors.get((request.method, start))
        try:
            return self._answered(room or self._gate.call, request, call)
        finally:
            self._tell()

    def _tell(self) -> None:
        """Whoever watches hears of what has just happened."""
        self.world.pushes.look(self.world)
        self._postman.send_off(self.world.pushes)

    def _answered(self, room: Room, request: Request, call: Call) -> Reply:
        try:
            return room(request, call)
        except (OAuthError, PageError) as refusal:
            return refusal.reply()
        except ApiError as refusal:
            return refusal.reply(pretty=pretty(request))

    def apis(self) -> dict[str, str]:
        """Where each API begins, by its name in Google's discovery documents."""
        return {name: f"{self.base_url}{start}" for name, start in API_ROOTS.items()}

    def snapshot(self) -> dict[str, Any]:
        return control.snapshot(self.world)

    def control(self, verb: str, arguments: dict[str, Any]) -> Any:
        self.world.base_url = self.base_url
        try:
            return control.carry_out(self.world, verb, arguments)
        finally:
            self._tell()

    def page(self) -> str:
        return page.render(self.world, self.door_token)

    def _batch(self, request: Request, call: Call) -> Reply:
        call.operation = "batch"
        parts = batch.read(request)
        call.parts = len(parts)
        return batch.answer(parts, lambda inner, number: self._part(inner, call, number))

    def _part(self, inner: Request, call: Call, number: int) -> Reply:
        """One call of a batch, the `number`-th of its user. The log has one line for the whole batch."""
        line = replace(call, units=0)
        try:
            if inner.path in batch.PATHS:
                raise ApiError(status=400, message="A batch cannot hold another batch.", reason="badRequest")
            if 0 < self.world.concurrency < number and batch.crowds(inner):
                raise concurrent_calls()
            return self._gate.call(inner, line)
        except ApiError as refusal:
            return refusal.reply(pretty=pretty(inner))
        finally:
            call.write = call.write or line.write
            call.account = call.account or line.account
            call.units += line.units
