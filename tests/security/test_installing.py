"""What an installation refuses to start with, and what it leaves for nobody else to read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from connectors.checks import the_keys_open, the_ways_in_are_whole
from syncapp.env_file import fresh_secrets, write
from tests import signing_keys as keys

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


NO_KEY = "SALESFORCE_JWT_KEY is not a private RSA key in PEM of 2,048 bits or more, without a passphrase."
NO_FILE = "GOOGLE_SERVICE_ACCOUNT is not the key file of a service account as Google hands it out (JSON)."
APP = {"SALESFORCE_CLIENT_ID": "app"}
WHOLE = APP | {"SALESFORCE_CLIENT_SECRET": "secret"}


def nobody(provider: str, *lacks: str) -> str:
    return f"Nobody can sign in to {provider}: {'; '.join(lacks)}."


NO_SECRET = nobody(
    "Salesforce",
    "with consent it lacks SALESFORCE_CLIENT_SECRET",
    "with JWT bearer it lacks SALESFORCE_JWT_KEY",
    "with client credentials it lacks SALESFORCE_CLIENT_SECRET",
)
NO_APP = nobody(
    "Salesforce",
    "with consent it lacks SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET",
    "with JWT bearer it lacks SALESFORCE_CLIENT_ID",
    "with client credentials it lacks SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET",
)
NO_CLIENT = nobody(
    "Google", "with consent it lacks GOOGLE_CLIENT_ID", "with a service account it lacks GOOGLE_SERVICE_ACCOUNT"
)


@pytest.mark.parametrize(
    ("values", "flaws"),
    [
        ({}, []),
        (WHOLE, []),
        (APP | {"SALESFORCE_JWT_KEY": keys.private()}, []),
        ({"GOOGLE_SERVICE_ACCOUNT": keys.key_file()}, []),
        (APP, [NO_SECRET]),
        ({"SALESFORCE_JWT_KEY": keys.private()}, [NO_APP]),
        ({"GOOGLE_CLIENT_SECRET": "secret"}, [NO_CLIENT]),
        (WHOLE | {"SALESFORCE_JWT_KEY": "hunter2"}, [NO_KEY]),
        ({"GOOGLE_CLIENT_ID": "a", "GOOGLE_CLIENT_SECRET": "s", "GOOGLE_SERVICE_ACCOUNT": "{}"}, [NO_FILE]),
    ],
    ids=["nothing", "consent", "JWT", "robot", "app alone", "key alone", "secret alone", "no key", "no key file"],
)
def test_what_is_missing_for_signing_in_is_named(settings: Settings, values: dict[str, str], flaws: list[str]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    assert [flaw.msg for flaw in the_ways_in_are_whole()] == flaws


@pytest.mark.parametrize("written", ["in a file", "on one line"])
def test_a_key_may_stand_in_a_file_or_on_one_line(tmp_path: Path, written: str) -> None:
    (tmp_path / "key.pem").write_text(keys.private())
    one_line = {"SALESFORCE_JWT_KEY": keys.private().replace("\n", "\\n")}
    more = one_line if written == "on one line" else {"SALESFORCE_JWT_KEY_FILE": str(tmp_path / "key.pem")}
    ended = _manage("check", tmp_path, SALESFORCE_CLIENT_ID="app", **more)
    assert (ended.returncode, "no issues" in ended.stdout) == (0, True)


def test_a_key_that_is_none_stops_the_start_and_is_not_quoted(tmp_path: Path) -> None:
    ended = _manage("check", tmp_path, SALESFORCE_CLIENT_ID="app", SALESFORCE_JWT_KEY="hunter2-hunter2")
    assert ended.returncode != 0
    assert NO_KEY in ended.stderr
    assert "hunter2" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SYNC_EMAIL_FIRST_DAYS", "-1", "SYNC_EMAIL_FIRST_DAYS has to be a whole number, 0 or more."),
        ("SYNC_LEASE_SECONDS", "inf", "SYNC_LEASE_SECONDS has to be a number, 1 or more."),
        ("SYNC_WORKERS", "two", "SYNC_WORKERS has to be a whole number, 1 or more."),
    ],
    ids=["too low", "endless", "a word"],
)
def test_a_number_that_cannot_be_ends_with_one_sentence(tmp_path: Path, name: str, value: str, said: str) -> None:
    ended = _manage("check", tmp_path, **{name: value})
    assert (ended.returncode, ended.stderr.startswith(said), ended.stderr.count("\n")) == (2, True, 1)


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
