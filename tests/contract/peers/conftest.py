"""Servers that others wrote, each in a virtual environment of its own: `make peers` installs them."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from connectors.wire import Wire
from tests.contract.connectors.conftest import contract_certificate, google_server, salesforce_server

__all__ = ["contract_certificate", "google_server", "salesforce_server"]

ROOT = Path(__file__).resolve().parents[3]
MYWORLD = ROOT / ".venv-myworld/bin/myworld"
MITMPROXY = ROOT / ".venv-mitmproxy/bin/mitmdump"
ADDON = Path(__file__).with_name("wire_addon.py")
UP_WITHIN = 30.0


@dataclass(kw_only=True)
class Proxy:
    """A wire that can be broken, with TLS on its near side."""

    url: str
    ca: Path

    @property
    def wire(self) -> Wire:
        host = self.url.removeprefix("https://")
        return Wire(hosts=frozenset({host}), ca_bundle=str(self.ca), connect=5.0, read=5.0, total=10.0)

    def plan(self, what: str, *, method: str = "POST", path: str = "", content: str = "", **answer: Any) -> None:
        """What happens to the next request of this method whose path and content match these regular expressions."""
        self._ask("POST", f"{what}?{urlencode({'method': method, 'path': path, 'content': content})}", json=answer)

    def seen(self) -> list[str]:
        return list(self._ask("GET", "")["seen"])

    def struck(self) -> int:
        """How many requests a plan has met."""
        return int(self._ask("GET", "")["struck"])

    def _ask(self, method: str, what: str, **more: Any) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, f"{self.url}/_wire/{what}", verify=str(self.ca), timeout=10, **more).json()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[object], port: int) -> Iterator[None]:
    """The program until the block ends; it answers on its port before the block begins."""
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} did not come up")


@contextmanager
def proxied(upstream: str, folder: Path, upstream_ca: Path | None = None) -> Iterator[Proxy]:
    """mitmproxy in reverse mode before `upstream`, with a certificate authority of its own in `folder`."""
    port = free_port()
    trust = [f"ssl_verify_upstream_trusted_ca={upstream_ca}"] if upstream_ca else []
    options = [f"confdir={folder}", "connection_strategy=lazy", *trust]
    command = [MITMPROXY, "--mode", f"reverse:{upstream}", "--listen-host", "127.0.0.1", "--listen-port", str(port)]
    command += ["-q", "-s", ADDON, *(part for option in options for part in ("--set", option))]
    with running(command, port):
        yield Proxy(url=f"https://localhost:{port}", ca=folder / "mitmproxy-ca-cert.pem")


def needs(program: Path) -> None:
    if not program.exists():
        pytest.skip(f"{program.name} is not installed (make peers)")


@pytest.fixture(scope="session")
def myworld(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, str]]:
    """A Google that others wrote, behind TLS: (the way there, its own address)."""
    needs(MYWORLD)
    needs(MITMPROXY)
    port = free_port()
    own = f"http://127.0.0.1:{port}"
    command = [MYWORLD, "serve", "--host", "127.0.0.1", "--port", str(port), "--no-passthrough"]
    with running(command, port), proxied(own, tmp_path_factory.mktemp("authority")) as proxy:
        yield proxy, own
