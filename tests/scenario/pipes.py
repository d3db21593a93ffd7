"""A world in one process, and those in another one who ask it: it lives on when they die.

`Remote` stands for an object of the world: every method call goes through the pipe, is carried out there, and comes
back as its value or its `ConnectorError`. `serve` is the other end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from connectors.errors import ConnectorError


class Remote:
    """Has all methods of the object that the world knows by `name`."""

    def __init__(self, pipe: Connection, name: str) -> None:
        self._pipe = pipe
        self._name = name

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self._pipe.send((self._name, method, args, kwargs))
            return self._heard()

        return call

    def _heard(self) -> Any:
        kind, value = self._pipe.recv()
        if kind == "failed":
            raise ConnectorError(value)
        return self._pages() if kind == "pages" else value

    def _pages(self) -> Iterator[Any]:
        """What the other end reads on only when it is asked to, as a connector does."""
        while True:
            self._pipe.send(("", "next", (), {}))
            kind, value = self._pipe.recv()
            if kind == "failed":
                raise ConnectorError(value)
            if kind == "end":
                return
            yield value


def serve(pipe: Connection, world: Mapping[str, object]) -> None:
    """Answers whoever is at the other end until they hang up or die."""
    open_pages: Iterator[Any] = iter(())
    while True:
        try:
            name, method, args, kwargs = pipe.recv()
        except (EOFError, ConnectionResetError):
            return
        ask = partial(next, open_pages) if method == "next" else getattr(world[name], method)
        kind, value = _answered(ask, args, kwargs)
        if kind == "pages":
            open_pages, value = value, None
        try:
            pipe.send((kind, value))
        except (BrokenPipeError, ConnectionResetError):
            return


def _answered(ask: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[str, Any]:
    try:
        value = ask(*args, **kwargs)
    except ConnectorError as error:
        return "failed", error.failure
    except StopIteration:
        return "end", None
    return ("pages" if isinstance(value, Iterator) else "said"), value
