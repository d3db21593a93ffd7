"""`python -m syncapp env`: an installation's secrets, made once."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.processes import ROOT, ran

FILES = ("__init__.py", "__main__.py", "env_file.py")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a fresh clone as the command needs: it writes beside itself."""
    (tmp_path / "syncapp").mkdir()
    for name in FILES:
        shutil.copy(ROOT / "syncapp" / name, tmp_path / "syncapp" / name)
    return tmp_path


def env(clone: Path) -> dict[str, str]:
    done = ran("-m", "syncapp", "env", environment={}, cwd=clone)
    assert (done.returncode, done.stderr) == (0, b"")
    return dict(line.split("=", 1) for line in (clone / ".env").read_text().splitlines())


def test_it_writes_two_secrets_that_only_their_owner_reads(clone: Path) -> None:
    made = env(clone)
    assert set(made) == {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}
    assert len(made["SECRET_KEY"]) >= 50
    Fernet(made["FIELD_ENCRYPTION_KEYS"])
    assert stat.S_IMODE((clone / ".env").stat().st_mode) == 0o600


def test_the_secrets_are_fresh(clone: Path) -> None:
    first = env(clone)
    (clone / ".env").unlink()
    second = env(clone)
    assert not set(first.values()) & set(second.values())


@pytest.mark.parametrize("content", ["SECRET_KEY=mine\n", ""], ids=["somebody's settings", "an empty file"])
def test_it_never_overwrites(clone: Path, content: str) -> None:
    (clone / ".env").write_text(content)
    assert ran("-m", "syncapp", "env", environment={}, cwd=clone).returncode == 0
    assert (clone / ".env").read_text() == content


def test_a_second_time_changes_nothing(clone: Path) -> None:
    assert env(clone) == env(clone)


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("serve", "--port", "many")], ids=["none", "verb", "port"])
def test_bad_input_ends_with_status_two(clone: Path, arguments: tuple[str, ...]) -> None:
    done = ran("-m", "syncapp", *arguments, environment={}, cwd=clone)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    assert not (clone / ".env").exists()
