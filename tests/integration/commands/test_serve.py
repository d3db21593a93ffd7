"""`python -m syncapp serve`: web server and job cluster under one supervisor, started and stopped as one."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.processes import Program, ended, free_port, own_settings, started, until

WEB, JOBS = 2, 6  # gunicorn and its worker; the cluster's command, guard, two workers, pusher and monitor
SOON = 30.0  # nothing is being worked on, so stopping takes a second or two


@contextmanager
def serving(database: str, folder: Path, port: int, *more: str) -> Iterator[Program]:
    arguments = ("-m", "syncapp", "serve", "--port", str(port), *more)
    with started(*arguments, folder=folder, environment=own_settings(database)) as program:
        yield program


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).text == "ok\n"
    except requests.RequestException:
        return False


def up(program: Program, port: int, crew: int) -> list[int]:
    """Waits until all are there; their processes."""
    until(lambda: not program.is_running() or (answers(port) and len(program.everybody()) >= crew), "all processes")
    assert program.is_running(), program.complained
    return program.everybody()


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)], ids=["SIGTERM", "Ctrl-C"]
)
def test_it_answers_and_stops_when_told_to(database: str, tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    with serving(database, tmp_path, port) as program:
        everybody = up(program, port, 1 + WEB + JOBS)
        assert program.stop(number) == 0, program.complained
        seconds = until(lambda: ended(everybody), "the end of every process", seconds=SOON)
        assert not answers(port)
    print(f"stopped; the last process was gone {seconds:.1f} s later")


@pytest.mark.slow
@pytest.mark.parametrize(("part", "crew"), [("web", WEB), ("jobs", JOBS)])
def test_each_part_may_run_alone(database: str, tmp_path: Path, part: str, crew: int) -> None:
    port = free_port()
    with serving(database, tmp_path, port, f"--{part}-only") as program:
        until(lambda: len(program.everybody()) == 1 + crew or not program.is_running(), "the part's processes")
        assert program.is_running(), program.complained
        if part == "web":
            until(lambda: answers(port), "an answer")
        assert answers(port) is (part == "web")


class TestOneDies:
    """Then the other is stopped, and whatever supervises the supervisor hears of it by the exit status."""

    def test_the_job_cluster(self, database: str, tmp_path: Path) -> None:
        port = free_port()
        with serving(database, tmp_path, port) as program:
            everybody = up(program, port, 1 + WEB + JOBS)
            os.kill(_leader(everybody), signal.SIGKILL)
            assert program.process.wait(SOON) == 1
            assert "jobs has ended by itself; stopping the rest" in program.complained
            until(lambda: ended(everybody), "the end of every process, the dead command's workers too", seconds=SOON)

    @pytest.mark.slow
    def test_a_web_server_whose_port_is_taken(self, database: str, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = int(taken.getsockname()[1])
            with serving(database, tmp_path, port) as program:
                assert program.process.wait(2 * SOON) == 1
                assert "web has ended by itself; stopping the rest" in program.complained
                until(lambda: program.everybody() == [], "the end of every process")


def _leader(pids: list[int]) -> int:
    """The cluster's command, which started the rest of the cluster."""
    return next(p for p in pids if os.getpgid(p) == p and "manage.py\0jobs" in Path(f"/proc/{p}/cmdline").read_text())
