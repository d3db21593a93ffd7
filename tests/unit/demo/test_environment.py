"""Where a demo lives: its folder, its ports, its secrets."""

from __future__ import annotations

import shutil
import socket
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from syncapp.demo import environment
from syncapp.demo.environment import Stage


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for the demo that people click in, which wishes for free ports."""
    monkeypatch.setattr(environment, "HOME", tmp_path / "demo")
    monkeypatch.setattr(environment, "WISHED", dict.fromkeys(environment.WISHED, 0))
    return tmp_path / "demo"


def finished(stage: Stage) -> Stage:
    """With a world that was made to its end."""
    (stage.folder / "world").touch()
    stage.finished.touch()
    return stage


class TestHome:
    def test_the_next_start_finds_the_same_place(self, home: Path) -> None:
        first = finished(environment.home())
        assert environment.home() == first
        assert (home / "world").exists()

    def test_afresh_forgets_what_was_there(self, home: Path) -> None:
        finished(environment.home())
        environment.home(afresh=True)
        assert not (home / "world").exists()

    def test_a_world_that_was_not_finished_is_forgotten(self, home: Path) -> None:
        finished(environment.home()).finished.unlink()
        environment.home()
        assert not (home / "world").exists()


def test_a_wished_port_that_is_taken_gives_way_to_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        found = environment._free_ports({"web": port, "smtp": 0})
    assert port not in found.values()
    assert len(set(found.values())) == 2


def test_a_throw_away_stage_is_nobody_else_s() -> None:
    one, other = environment.throw_away(), environment.throw_away()
    try:
        assert one.folder != other.folder
        assert one.folder.parent == other.folder.parent
    finally:
        shutil.rmtree(one.folder)
        shutil.rmtree(other.folder)


def test_secrets_are_made_once_and_only_their_owner_reads_them(home: Path) -> None:
    stage = environment.home()
    first = environment.settings_for(stage)
    assert environment.settings_for(stage) == first
    assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600
    assert len({first[name] for name in ("SECRET_KEY", "GOOGLE_CLIENT_SECRET", "SALESFORCE_CLIENT_SECRET")}) == 3


@pytest.mark.parametrize(
    ("given", "database"), [("", "sqlite:///{folder}/demo.sqlite3"), ("postgres://x/y", "postgres://x/y")]
)
def test_the_database_is_a_file_in_the_folder_unless_another_is_given(home: Path, given: str, database: str) -> None:
    assert environment.settings_for(environment.home(), given)["DATABASE_URL"] == database.format(folder=home)


def test_of_real_calendars_all_that_has_happened_since_1990_is_in_step() -> None:
    window = environment.of_real_calendars(date(2026, 11, 28))
    assert window == {"SYNC_WINDOW_DAYS_BACK": "13480", "SYNC_WINDOW_DAYS_AHEAD": "30"}
    assert date(2026, 11, 28) - timedelta(days=13_480) == date(1990, 1, 1)


def test_a_process_knows_the_demo_it_belongs_to(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.inside() is None
    stage = environment.home()
    monkeypatch.setenv("SYNC_DEMO_FOLDER", str(stage.folder))
    assert environment.inside() == stage
