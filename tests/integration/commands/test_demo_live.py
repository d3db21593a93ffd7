"""`manage.py demo`: starts, says where to look, lets a visitor mend and retry, stops, and goes on from there."""

from __future__ import annotations

import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from syncapp.demo import environment, seeding
from syncapp.demo.environment import Stage
from syncapp.demo.live import PASSWORD
from tests import builders
from tests.integration.commands.small_demo import KEPT
from tests.integration.commands.visitor import RULE, Visitor
from tests.processes import PATIENCE, Program, ended, started, until

SMALL = ("-m", "tests.integration.commands.small_demo")
WHOLE = ("manage.py", "demo")
MADE_WITHIN = 5 * PATIENCE  # a whole world, on a busy machine


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A demo's place with free ports, beside the one that people use."""
    made = environment.throw_away()
    yield made
    shutil.rmtree(made.folder)


@contextmanager
def playing(stage: Stage, folder: Path, *command: str, name: str = "demo") -> Iterator[Program]:
    place = environment.settings_for(stage) | {"DJANGO_SETTINGS_MODULE": "syncapp.settings"}
    with started(*command, folder=folder, name=name, environment=place) as program:
        yield program


def stops(program: Program, stage: Stage, number: signal.Signals = signal.SIGINT) -> None:
    """Everything ends with the demo, whatever group it runs in."""
    everybody = program.everybody()
    assert program.stop(number) == 0, program.complained
    until(lambda: ended(everybody), "the end of every process")
    assert "Traceback" not in program.complained


def play(stage: Stage, folder: Path, command: tuple[str, ...], quotes: int) -> None:
    with playing(stage, folder, *command) as program:
        assert program.says("Ctrl-C stops everything", seconds=MADE_WITHIN), program.complained
        assert all(words in program.complained for words in (seeding.ADMIN, PASSWORD, f"localhost:{stage.web}/admin/"))
        visitor = Visitor(stage)
        assert visitor.sign_in().status_code == 200
        before = visitor.codes()
        assert before[RULE] == quotes
        visitor.mend_rules()
        assert visitor.retry_all()["total"] >= quotes
        print(f"{quotes} issues were closed after {visitor.sees(RULE, 0):.1f} s")
        stops(program, stage)
    left = before.total() - visitor_sees_again(stage, folder, command)
    assert left >= quotes


def visitor_sees_again(stage: Stage, folder: Path, command: tuple[str, ...]) -> int:
    """The second start makes nothing anew; how many issues are open there."""
    with playing(stage, folder, *command, name="again") as program:
        assert program.says("Ctrl-C stops everything"), program.complained
        assert "Making a small company" not in program.complained
        visitor = Visitor(stage)
        visitor.sign_in()
        found = visitor.codes()
        assert found[RULE] == 0
        assert found["google_oauth.invalid_grant/revoked"] == 1
        stops(program, stage, signal.SIGTERM)
    return found.total()


def test_a_visitor_mends_and_retries_and_comes_back(stage: Stage, tmp_path: Path) -> None:
    play(stage, tmp_path, SMALL, KEPT["quote"])


@pytest.mark.slow
def test_a_visitor_of_the_whole_world(stage: Stage, tmp_path: Path) -> None:
    play(stage, tmp_path, WHOLE, 37 + 4)  # quotes, and talks about offers


@pytest.mark.slow
def test_ctrl_c_while_the_world_is_made_stops_soon_and_does_not_count_as_made(stage: Stage, tmp_path: Path) -> None:
    with playing(stage, tmp_path, *SMALL) as program:
        assert program.says("are in Salesforce"), program.complained
        stops(program, stage)
        assert "the next start makes it afresh" in program.complained
    assert not stage.finished.exists()


@pytest.mark.slow
def test_a_port_that_somebody_took_meanwhile_is_told_in_a_sentence(stage: Stage, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", stage.google)), playing(stage, tmp_path, *SMALL) as program:
        assert program.process.wait(PATIENCE) == 1
        assert f"Free their ports (salesforce {stage.salesforce}, google {stage.google}, " in program.complained
        assert "Traceback" not in program.complained
        assert program.everybody() == []


@pytest.mark.parametrize("is_demo", [True, False], ids=["a demo", "somebody's organization"])
def test_the_demo_keeps_away_from_a_database_that_is_none(db: None, is_demo: bool) -> None:
    builders.organization(is_demo=is_demo)
    with nullcontext() if is_demo else pytest.raises(seeding.NotADemo, match="a database of its own"):
        seeding.refuse_real_database()
