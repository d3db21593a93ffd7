"""`python -m syncapp serve`: the web server and the job cluster under one small supervisor.

The supervisor is plain Python without Django, so it costs a few megabytes. If one of the two dies, it stops the
other and ends with an error, and whatever supervises it (systemd, Docker) starts both again.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from syncapp import env_file

ROOT = Path(__file__).resolve().parent.parent
GRACE = 250.0  # a job may take 240 s to come to its end


def commands(port: int, *, bind: str, web: bool, jobs: bool) -> dict[str, list[str]]:
    """What runs, by name."""
    gunicorn = [
        sys.executable, "-m", "gunicorn", "syncapp.wsgi", "--bind", f"{bind}:{port}", "--workers", "1",
        "--threads", "8", "--worker-class", "gthread", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    cluster = [sys.executable, str(ROOT / "manage.py"), "jobs"]
    return ({"web": gunicorn} if web else {}) | ({"jobs": cluster} if jobs else {})


class Supervisor:
    """Starts processes, stops them all on SIGTERM or Ctrl-C, and notices when one dies."""

    def __init__(self, wanted: dict[str, list[str]]) -> None:
        self._wanted = wanted
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def run(self) -> int:
        """Until told to stop (0) or until a process dies (1)."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        # Each in a group of its own, so that Ctrl-C in a terminal reaches only us and we stop them in order.
        self._running = {
            name: subprocess.Popen(command, cwd=ROOT, process_group=0)  # noqa: S603 - our own programs
            for name, command in self._wanted.items()
        }
        while not self._stopping:
            dead = [name for name, process in self._running.items() if process.poll() is not None]
            if dead:
                sys.stderr.write(f"{dead[0]} has ended by itself; stopping the rest\n")
                self._end()
                return 1
            time.sleep(0.2)
        self._end()
        return 0

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _end(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            # Whoever did not come to an end, or was left behind by a first process that died without a word.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m syncapp", description="Syncapp's processes")
    verbs = parser.add_subparsers(dest="verb", required=True)
    serve = verbs.add_parser("serve", help="web server and job cluster until stopped")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--bind", default="127.0.0.1", help="0.0.0.0 behind a proxy on another host")
    serve.add_argument("--web-only", action="store_true")
    serve.add_argument("--jobs-only", action="store_true")
    verbs.add_parser("env", help="write a .env with fresh secrets, if there is none")
    chosen = parser.parse_args(argv)
    if chosen.verb == "env":
        env_file.write(ROOT / ".env")
        return 0
    wanted = commands(chosen.port, bind=chosen.bind, web=not chosen.jobs_only, jobs=not chosen.web_only)
    return Supervisor(wanted).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
