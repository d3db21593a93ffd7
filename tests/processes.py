"""Starts the product's own programs as processes, and sees to it that nothing of them is left over."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # the machine may be busy; nothing waits that long when all is well


@dataclass(frozen=True, kw_only=True)
class Program:
    """A process, what it says, and everything it started: all of that shares its session."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def said(self) -> str:
        return self.out.read_text("utf-8", "replace")

    @property
    def complained(self) -> str:
        return self.err.read_text("utf-8", "replace")

    def is_running(self) -> bool:
        return self.process.poll() is None

    def says(self, words: str, *, seconds: float = PATIENCE) -> bool:
        """Waits for words on either stream; False if the process ended without them."""
        until(lambda: words in self.said + self.complained or not self.is_running(), words, seconds=seconds)
        return words in self.said + self.complained

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal to the process alone and waits; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def everybody(self) -> list[int]:
        """Processes of this session that still live, the first one among them."""
        return [pid for pid in _processes() if _session(pid) == self.pid]

    def kill_everybody(self) -> None:
        """As a power cut would. Again and again: somebody may have been born while we went through the list."""
        while pids := self.everybody():
            for pid in pids:
                _kill(pid)
        self.process.wait(PATIENCE)


def _processes() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def _session(pid: int) -> int:
    """0 for a process that is gone, or only waits to be collected."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if state == "Z" else int(fields[2])


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def started(
    *command: str, folder: Path, name: str = "program", environment: Mapping[str, str], cwd: Path = ROOT
) -> Iterator[Program]:
    """`python command…` in a session of its own; at the end everything in that session is dead."""
    out, err = folder / f"{name}.out", folder / f"{name}.err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=cwd,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    program = Program(process=process, out=out, err=err)
    try:
        yield program
    finally:
        program.kill_everybody()


def ran(
    *command: str, environment: Mapping[str, str], cwd: Path = ROOT, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """`python command…` to its end."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=os.environ | environment,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=10 * PATIENCE,
    )


def own_settings(database: str = "", **more: str) -> dict[str, str]:
    """The environment of an installation with the secrets of this suite, so that both open each other's seals."""
    return {
        "DJANGO_SETTINGS_MODULE": "syncapp.settings",
        "ENV_FILE": os.devnull,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "DATABASE_URL": database or "sqlite:///:memory:",
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def until(condition: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> float:
    """Waits until something holds; after how many seconds it did. Fails with `what` when it does not."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"waited {seconds:.0f} s for: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


def ended(pids: list[int]) -> bool:
    """Whether none of these processes lives any more."""
    return not any(_session(pid) for pid in pids)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
