"""The one way out, against a real server over real TLS."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
import requests

from connectors.errors import ConnectorError, Failure
from connectors.network import KINDS
from connectors.simulators.authority import Certificate, issue
from connectors.simulators.server import SimulatorServer
from connectors.transport import Session, answer_of, name_of
from connectors.wire import Wire
from tests.integration.ground.plain import PlainServer


def refused(session: Session, url: str, method: str = "GET") -> Failure:
    with pytest.raises(ConnectorError) as caught:
        session.request(method, url)
    return caught.value.failure


@contextmanager
def raw_server(answer: bytes | None) -> Iterator[int]:
    """A server without TLS that says `answer` to the first connection, or nothing, and hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65_536)
            if answer:
                connection.sendall(answer)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()
        thread.join()


# -- What goes well


def test_an_answer_comes_back_whole(session: Session, server: PlainServer) -> None:
    assert session.get(f"{server.base_url}/echo").json()["method"] == "GET"


def test_the_last_answer_is_kept_as_the_rules_read_it(session: Session, server: PlainServer) -> None:
    server.spoil("answer", status=403, headers={"X-Odd": "Yes"}, body="\u00e9")
    response = session.get(f"{server.base_url}/echo")
    assert session.last == answer_of(response)
    assert (session.last.status, session.last.headers["x-odd"], session.last.body) == (403, "Yes", "\u00e9")


def test_connections_are_used_again(session: Session, server: PlainServer) -> None:
    for _ in range(3):
        session.get(f"{server.base_url}/echo")
    assert len(server.calls) == 3


# -- What goes wrong on the way


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"action": "drop_before"}, "CONNECTION_RESET"),
        ({"action": "drop_after"}, "CONNECTION_RESET"),
        ({"action": "truncate"}, "TRUNCATED_ANSWER"),
        ({"action": "delay", "delay": 1.0}, "READ_TIMEOUT"),
        ({"action": "drip", "pause": 0.01}, "READ_TIMEOUT"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_broken_answer_has_a_name_and_is_never_asked_for_again(
    wire: Wire, server: PlainServer, fault: dict[str, object], code: str, method: str
) -> None:
    server.spoil(**fault)  # type: ignore[arg-type]  # a table of arguments
    with Session(replace(wire, read=0.3, total=0.3)) as session:
        failure = refused(session, f"{server.base_url}/echo", method)
    assert failure.code == f"network.{code}"
    assert len(server.calls) == 1


def test_the_answer_to_the_next_write_can_be_lost_and_those_to_reads_before_it_are_not(
    session: Session, server: PlainServer
) -> None:
    server.spoil("drop_after", writes=True)
    session.get(f"{server.base_url}/echo")
    assert refused(session, f"{server.base_url}/echo", "POST").code == "network.CONNECTION_RESET"
    session.post(f"{server.base_url}/echo")
    with pytest.raises(ValueError, match="too early"):
        server.spoil("drop_before", writes=True)


def test_a_server_that_drips_cannot_hold_a_worker_longer_than_the_total_time(wire: Wire, server: PlainServer) -> None:
    """Each byte comes in time; all of them would take twenty seconds."""
    server.spoil("drip", pause=0.02)
    with Session(replace(wire, read=10.0, total=0.4)) as session:
        failure = refused(session, f"{server.base_url}/big?size=1000")
    assert failure.code == "network.READ_TIMEOUT"


def test_the_time_of_one_request_is_not_taken_off_the_next(wire: Wire, server: PlainServer) -> None:
    with Session(replace(wire, total=2.0)) as session:
        for _ in range(3):
            server.spoil("delay", delay=0.8)
            session.get(f"{server.base_url}/echo")
    assert len(server.calls) == 3


def test_nobody_there(wire: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with Session(replace(wire, hosts=frozenset({f"localhost:{port}"}))) as session:
        assert refused(session, f"https://localhost:{port}/").code == "network.CONNECTION_REFUSED"


def test_no_such_name(wire: Wire) -> None:
    with Session(replace(wire, hosts=frozenset({"nobody.invalid"}))) as session:
        assert refused(session, "https://nobody.invalid/").code == "network.DNS_FAILURE"


def test_a_server_that_does_not_answer_a_connection(wire: Wire) -> None:
    """A listener whose queue is full lets a connection hang, as a firewall does that drops packets."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        port = listening.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        with Session(replace(wire, hosts=frozenset({f"127.0.0.1:{port}"}), connect=0.2)) as session:
            assert refused(session, f"https://127.0.0.1:{port}/").code == "network.CONNECT_TIMEOUT"
        for each in waiting:
            each.close()


# -- Certificates


@pytest.mark.parametrize("case", ["foreign", "expired", "other name"])
def test_a_certificate_that_is_not_good_stops_the_call(
    wire: Wire, certificates: Path, certificate: Certificate, case: str
) -> None:
    names = ("elsewhere.example",) if case == "other name" else ("localhost",)
    shown = issue(certificates / case, names=names, expired=case == "expired")
    trusted = certificate if case == "foreign" else shown
    server = PlainServer()
    with SimulatorServer(server, shown):
        reach = replace(wire, hosts=frozenset({server.host}), ca_bundle=str(trusted.ca))
        with Session(reach) as session:
            failure = refused(session, f"{server.base_url}/echo")
    assert failure.code == "network.TLS_FAILURE"
    assert server.calls == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "CONNECTION_RESET"),  # hangs up in the middle of the handshake: that passes
        (b"HTTP/1.1 200 OK\r\n\r\n", "TLS_FAILURE"),  # speaks something else: somebody has to see to it
    ],
)
def test_a_handshake_that_fails(wire: Wire, answer: bytes | None, code: str) -> None:
    with raw_server(answer) as port, Session(replace(wire, hosts=frozenset({f"localhost:{port}"}))) as session:
        assert refused(session, f"https://localhost:{port}/").code == f"network.{code}"


def test_certificates_and_proxies_of_the_environment_do_not_count(
    monkeypatch: pytest.MonkeyPatch, server: PlainServer, wire: Wire, certificates: Path
) -> None:
    foreign = issue(certificates / "of-the-environment")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(foreign.ca))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Session(wire) as session:
        assert session.get(f"{server.base_url}/echo").status_code == 200


def test_the_environment_would_count_with_a_plain_session(
    monkeypatch: pytest.MonkeyPatch, server: PlainServer, certificate: Certificate
) -> None:
    """So that the test above cannot pass by accident."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    plain = requests.Session()
    plain.verify = str(certificate.ca)
    with plain, pytest.raises(requests.exceptions.ProxyError):
        plain.get(f"{server.base_url}/echo", timeout=2)


def test_a_password_of_netrc_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: PlainServer, session: Session
) -> None:
    (tmp_path / "netrc").write_text("machine localhost login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert "authorization" not in session.get(f"{server.base_url}/echo").json()["headers"]


# -- Where a session may go


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "http://localhost/",
        "https://localhost/",  # the port is another one
        "ftp://localhost/",
        "file:///etc/passwd",
        "/relative",
        "",
        "https://[::1]/",
    ],
)
def test_a_host_that_the_installer_did_not_allow_is_not_asked(session: Session, server: PlainServer, url: str) -> None:
    assert refused(session, url).code == "network.HOST_NOT_ALLOWED"
    assert server.calls == []


def test_a_redirect_is_an_answer_and_is_not_followed(session: Session, server: PlainServer) -> None:
    assert session.get(f"{server.base_url}/elsewhere").status_code == 302
    assert len(server.calls) == 1


# -- Sizes


@pytest.mark.parametrize(("size", "fits"), [(100_000, True), (100_001, False)])
def test_a_body_is_read_up_to_its_bound(session: Session, server: PlainServer, size: int, fits: bool) -> None:
    url = f"{server.base_url}/big?size={size}"
    if fits:
        assert len(session.get(url).content) == size
    else:
        assert refused(session, url).code == "network.ANSWER_TOO_LARGE"


def test_a_bomb_counts_with_what_comes_out_of_it(session: Session, server: PlainServer) -> None:
    assert refused(session, f"{server.base_url}/zipped").code == "network.ANSWER_TOO_LARGE"


# -- What is told


def test_a_failure_of_the_wire_names_the_host_and_never_the_path_or_its_secrets(
    session: Session, server: PlainServer
) -> None:
    server.spoil("drop_before")
    failure = refused(session, f"{server.base_url}/echo?token=s3cr3t")
    assert failure.said == server.host


def test_every_name_has_a_kind() -> None:
    with pytest.raises(KeyError):
        KINDS["NOBODY_KNOWS"]
    assert name_of(ValueError("anything")) in KINDS
