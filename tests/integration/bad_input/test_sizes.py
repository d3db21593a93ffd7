"""Answers that are too long, and answers that never end: a worker gives up in time and with little memory."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import pytest

from connectors.services import wire
from connectors.simulators.authority import Certificate
from issues import services as issues
from issues.models import Issue
from syncapp.engine import lines
from syncapp.engine.running import Ending
from tests import builders
from tests.driving import codes, fresh, sync
from tests.integration.bad_input.answers import TIMEOUT, TOO_LARGE, answer
from tests.integration.bad_input.world import HURRY, PATIENCE, World, explained, only_issue

pytestmark = pytest.mark.django_db

BOUND = 200_000  # bytes of a body; what Salesforce says of its objects has to fit
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ENDLESS = {
    "a body": (HEAD + b"\r\n[", b"0," * 4096, 0.0, TOO_LARGE),
    "a body in chunks": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        b"1000\r\n" + b"0" * 4096 + b"\r\n",
        0.0,
        TOO_LARGE,
    ),
    "a slow body": (HEAD + b"\r\n[", b"0,", 0.05, TIMEOUT),
    "slow headers": (HEAD, b"X: y\r\n", 0.05, TIMEOUT),
    "one slow header": (HEAD + b"X: ", b"y", 0.05, TIMEOUT),
    "a slow status": (b"HTTP/1.1 200 O", b"K", 0.05, TIMEOUT),
}


@contextmanager
def endless(certificate: Certificate, start: bytes, more: bytes, pause: float) -> Iterator[str]:
    """A TLS server that begins an answer and never ends it; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        try:
            connection = context.wrap_socket(listening.accept()[0], server_side=True)
        except OSError:
            return
        with connection:
            try:
                connection.recv(65_536)
                connection.sendall(start)
                while True:
                    connection.sendall(more)
                    time.sleep(pause)
            except OSError:
                pass  # the client had enough

    thread = Thread(target=talk)
    thread.start()
    try:
        yield f"https://localhost:{listening.getsockname()[1]}"
    finally:
        # Closing alone does not wake a thread that waits for a connection.
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "wire", lambda: replace(wire(), largest_body=BOUND))


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("case", ENDLESS)
def test_an_answer_that_never_ends_is_given_up(world: World, certificate: Certificate, case: str) -> None:
    start, more, pause, code = ENDLESS[case]
    right = world.settings.GOOGLE_API_ROOT
    world.deliver(world.ada, "first")
    with endless(certificate, start, more, pause) as there:
        world.settings.GOOGLE_API_ROOT = there
        world.settings.PROVIDER_EXTRA_HOSTS = [*world.settings.PROVIDER_EXTRA_HOSTS, there.removeprefix("https://")]
        world.settings.SYNC_REQUEST_SECONDS = HURRY
        began = time.monotonic()
        assert sync(world.ada) == [Ending.FAILED]
        assert time.monotonic() - began < PATIENCE  # and not for ever
    assert (world.code(world.ada), explained(code).id) == (code, code)
    world.settings.GOOGLE_API_ROOT = right
    world.patient()
    assert world.goes_on(world.ben, "beside")
    issues.retry(Issue.everywhere.all())
    assert sync(world.ada) == [Ending.DONE]
    assert (world.everything_arrived_once("first", "beside"), codes()) == (True, [])


@pytest.mark.usefixtures("bounded")
def test_a_list_that_is_too_long_stops_its_mailbox_and_no_other(world: World) -> None:
    world.spoil("google", "/messages$", **answer("[" + "0," * BOUND))
    assert sync(world.ada) == [Ending.FAILED]
    found = only_issue()
    assert (found.code, found.scope, fresh(world.ben).stopped_at) == (TOO_LARGE, "mailbox", None)
    assert world.goes_on(world.ben, "beside")


@pytest.mark.usefixtures("bounded")
def test_a_message_that_is_too_long_is_its_own_issue_and_its_neighbours_arrive(world: World) -> None:
    world.deliver(world.ada, "before")
    world.deliver_email(world.ada, builders.email(to=world.ada.address, subject="Plans", text="x" * BOUND))
    world.deliver(world.ada, "after")
    assert sync(world.ada) == [Ending.DONE]
    found = only_issue()
    assert (found.code, found.scope, found.title) == ("engine.MESSAGE_TOO_LARGE", "item", "Plans")
    assert world.subjects() == ["after", "before"]


@pytest.mark.usefixtures("bounded")
def test_an_answer_to_a_write_that_is_too_long_writes_nothing_twice(world: World) -> None:
    """What was written shows at the next look: by its key."""
    world.deliver(world.ada, "first", "second", "third")
    world.spoil("salesforce", "/composite/sobjects$", **answer("[" + "0," * BOUND))
    sync(world.ada)
    sync(world.ada)
    assert world.everything_arrived_once("first", "second", "third")
    assert codes() == []
