"""What an installation refuses to start with, and what it leaves for nobody else to read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from connectors.checks import the_keys_open
from syncapp.env_file import fresh_secrets, write

ROOT = Path(__file__).resolve().parents[2]
GOOD = fresh_secrets()["FIELD_ENCRYPTION_KEYS"]


@pytest.mark.parametrize(
    ("keys", "flaws"),
    [
        ([GOOD], []),
        ([GOOD, GOOD], []),
        ([], ["FIELD_ENCRYPTION_KEYS is empty."]),
        (["too short"], ["Key 1 of FIELD_ENCRYPTION_KEYS is none."]),
        ([GOOD, ""], ["Key 2 of FIELD_ENCRYPTION_KEYS is none."]),
        (["schlüssel" * 5], ["Key 1 of FIELD_ENCRYPTION_KEYS is none."]),
    ],
    ids=["one", "two", "nothing", "too short", "an empty one", "letters"],
)
def test_nothing_starts_without_keys_that_open(settings: Settings, keys: list[str], flaws: list[str]) -> None:
    settings.FIELD_ENCRYPTION_KEYS = keys
    assert [flaw.msg for flaw in the_keys_open()] == flaws


def test_a_start_with_a_bad_key_ends_with_a_sentence_that_does_not_quote_it(tmp_path: Path) -> None:
    ended = _manage("migrate", tmp_path, FIELD_ENCRYPTION_KEYS="hunter2-hunter2")
    assert ended.returncode != 0
    assert "Key 1 of FIELD_ENCRYPTION_KEYS is none." in ended.stderr
    assert "hunter2" not in ended.stderr


def test_the_folder_of_a_new_database_is_for_us_alone(tmp_path: Path) -> None:
    assert _manage("check", tmp_path).returncode == 0
    assert _rights(tmp_path / "var") == 0o700


def test_a_folder_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o750)
    assert _manage("check", tmp_path).returncode == 0
    assert _rights(tmp_path / "var") == 0o750


def test_the_secrets_of_an_installation_are_for_us_alone(tmp_path: Path) -> None:
    write(tmp_path / ".env")
    assert _rights(tmp_path / ".env") == 0o600


def _rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _manage(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A command of a fresh installation with SQLite in `folder`/var."""
    environment = {
        **os.environ,
        **fresh_secrets(),
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "syncapp.settings",
        "DATABASE_URL": f"sqlite:///{folder}/var/syncapp.sqlite3",
        **more,
    }
    command_line = [sys.executable, "manage.py", command]
    return subprocess.run(command_line, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
