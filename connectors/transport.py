"""The one way out: a `requests` session with deadlines that hold, bounded bodies, and no retries.

- A `requests` timeout bounds the silence between two bytes; here a request has a *total* time as well (`deadline`).
- A body is read up to a bound and no further.
- Only https, only to hosts that the installer's settings allow, no redirects, no proxy or certificate
  from the environment (`trust_env` off: with REQUESTS_CA_BUNDLE set, `session.verify` would be ignored).
- What goes wrong on the wire leaves as `ConnectorError` with a code of `connectors.network`.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
)

from connectors import network
from connectors.deadline import TlsSocket, within
from connectors.errors import Answer, ConnectorError
from connectors.wire import Wire, host_of


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.sslsocket_class = TlsSocket
        super().init_poolmanager(*args, **kwargs, ssl_context=context)

    def close(self) -> None:
        """At once: urllib3 leaves it to the garbage collector, and an exception in hand keeps a pool alive."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - no mapping: it cannot be iterated over
                if pool := manager.pools.get(key):
                    pool.close()
        super().close()


class Session(requests.Session):
    """Looks like `requests.Session` to the client libraries; give it to them, and nothing else."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = wire.ca_bundle or True
        if wire.proxy:
            self.proxies = {"https": wire.proxy}
        self.mount("https://", _Adapter(max_retries=0))
        self.wire = wire
        self.last: Answer | None = None

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """One request, sent once. Raises `ConnectorError` when no whole answer came back."""
        host = self._checked_host(str(url))
        kwargs.update(timeout=(self.wire.connect, self.wire.read), stream=True, allow_redirects=False)
        with _translated(host), within(self.wire.total):
            response = super().request(method, url, *args, **kwargs)
            with response:
                _read_body(response, self.wire.largest_body)
        self.last = answer_of(response)
        return response

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[requests.Response]:
        """Nobody follows a redirect; even to look at one, `requests` would read its whole body first."""
        return iter(())

    def _checked_host(self, url: str) -> str:
        host = host_of(url)
        if not url.lower().startswith("https://") or not self.wire.allows(host):
            raise network.error("HOST_NOT_ALLOWED", host or url.partition("?")[0][:100])
        return host


def answer_of(response: requests.Response, operation: str = "") -> Answer:
    """The answer as the error rules read it: lower-case header names, decoded text."""
    return Answer(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=response.content.decode("utf-8", "replace"),
        operation=operation,
    )


def _read_body(response: requests.Response, bound: int) -> None:
    """Reads the body into the response, or raises when it is longer than `bound`."""
    chunks, size = [], 0
    for chunk in response.iter_content(64 * 1024):
        size += len(chunk)
        if size > bound:
            raise network.error("ANSWER_TOO_LARGE", f"more than {bound:,} bytes", status=response.status_code)
        chunks.append(chunk)
    response._content = b"".join(chunks)  # noqa: SLF001 - as `requests` does itself when it reads a whole body


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Turns what `requests` raises, or lets through, into our own codes; `host` is all that is told of the request."""
    try:
        yield
    except ConnectorError:
        raise
    except (requests.RequestException, HTTPError, OSError) as exception:
        raise network.error(name_of(exception), host) from exception


def name_of(exception: BaseException) -> str:
    """The code of `connectors.network` for an exception of `requests`, `urllib3` or `socket`."""
    causes = list(_chain(exception))
    for test, name in _NAMES:
        if any(test(cause) for cause in causes):
            return name
    return "CONNECTION_RESET"


def _is(*types: type[BaseException]) -> Callable[[BaseException], bool]:
    return lambda cause: isinstance(cause, types)


_NAMES: tuple[tuple[Callable[[BaseException], bool], str], ...] = (
    (_is(requests.exceptions.InvalidURL, LocationValueError), "HOST_NOT_ALLOWED"),
    (_is(NameResolutionError, socket.gaierror), "DNS_FAILURE"),
    (_is(requests.ConnectTimeout), "CONNECT_TIMEOUT"),
    (_is(ssl.SSLEOFError, ssl.SSLZeroReturnError), "CONNECTION_RESET"),  # hung up in the middle of the handshake
    (_is(ssl.SSLCertVerificationError, requests.exceptions.SSLError), "TLS_FAILURE"),
    (_is(ConnectionRefusedError, NewConnectionError), "CONNECTION_REFUSED"),
    (_is(requests.Timeout, TimeoutError), "READ_TIMEOUT"),
    (lambda cause: isinstance(cause, ProtocolError) and "IncompleteRead" in str(cause), "TRUNCATED_ANSWER"),
    (_is(SSLError, ssl.SSLError), "CONNECTION_RESET"),
)


def _chain(exception: BaseException | None) -> Iterator[BaseException]:
    """The exception, what it wraps in its arguments and what it was raised from, each once."""
    seen: set[int] = set()
    waiting = [exception]
    while waiting:
        cause = waiting.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        waiting += [a for a in (*cause.args, getattr(cause, "reason", None)) if isinstance(a, BaseException)]
