"""`manage.py demo --once` from the outside: its last line, its exit status, and one sentence for bad input."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from syncapp.demo import environment
from tests.corpus.make_calendars import FOLDER
from tests.processes import ran

ONCE = ("demo", "--once", "--json")
CONTRACT = {
    "items", "synced", "failed", "held", "filtered", "silent", "records", "duplicates", "unpaired", "mails_sent",
    "mails_expected", "second_pass", "mailboxes", "issues_by_code", "filtered_by_rule", "salesforce_calls",
    "provider_calls", "seconds", "kills", "files", "copies", "differing_copies", "mismatched", "broken", "by_resource",
}  # fmt: skip


def once(plant: str, letters: Path, *more: str) -> tuple[subprocess.CompletedProcess[bytes], dict[str, Any]]:
    runner = "tests.integration.commands.planted"
    done = ran("-m", runner, plant, *ONCE, "--mail-dir", str(letters), *more, environment={})
    assert done.stdout, done.stderr.decode()
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return done, result


def test_every_equation_holds_and_the_exit_status_is_zero(letters: Path) -> None:
    done, result = once("nothing", letters)
    assert (done.returncode, result["broken"]) == (0, []), done.stderr.decode()
    assert set(result) >= CONTRACT
    assert result["items"] == result["synced"] + result["failed"] + result["held"] + result["filtered"] == 5
    assert result["records"] == result["synced"] == 5
    assert result["files"] == result["items"] + result["copies"]
    assert result["second_pass"] == {"writes": 0, "new_issues": 0, "mails": 0}
    assert len(done.stdout.splitlines()) == 1, "everything else goes to standard error"


@pytest.mark.parametrize(
    ("plant", "numbers", "equation"),
    [
        pytest.param("silent", {"silent": 1, "items": 6}, "silent == 0", id="silent"),
        pytest.param("duplicate", {"duplicates": 1}, "duplicates == 0", id="duplicate", marks=pytest.mark.slow),
        pytest.param(
            "mail", {"mails_sent": 1, "mails_expected": 0}, "mails_sent == mails_expected", id="mail",
            marks=pytest.mark.slow,
        ),
    ],
)  # fmt: skip
def test_what_must_not_be_ends_with_status_one(
    letters: Path, plant: str, numbers: dict[str, int], equation: str
) -> None:
    done, result = once(plant, letters)
    assert done.returncode == 1
    assert {name: result[name] for name in numbers} == numbers
    assert equation in result["broken"]


def test_real_calendars_add_up_by_the_same_equations(tmp_path: Path) -> None:
    """A few of the corpus: an endless rule that makes thousands is left out for the time it takes."""
    folder = tmp_path / "calendars"
    folder.mkdir()
    for path in sorted(FOLDER.glob("*.ics")):
        if "endless" not in path.name and "birthday" not in path.name:
            (folder / path.name).write_bytes(path.read_bytes())
    done = ran("manage.py", *ONCE, "--calendar-dir", str(folder), environment={})
    assert done.stdout, done.stderr.decode()
    result = json.loads(done.stdout.splitlines()[-1])
    events, files = result["by_resource"]["event"], result["calendar_files"]
    assert (done.returncode, result["broken"]) == (0, []), done.stderr.decode()
    assert (files["files"], files["unaccounted"]) == (27, [])
    assert files["events"] == files["loaded"] + files["changed"] + files["passed_over"] == 60
    assert events["files"] == events["items"] + events["copies"]
    assert events["items"] == events["synced"] + events["failed"] + events["filtered"] > 60
    assert result["filtered_by_rule"] == {"private": 2}


def test_a_series_without_an_end_comes_to_rest(tmp_path: Path) -> None:
    """Each day that passes while the demo waits brings a further occurrence into the window."""
    began = (datetime.now(UTC) - timedelta(days=3)).strftime("%Y%m%dT060000Z")
    text = (FOLDER / "14-endless-daily.ics").read_bytes().replace(b"20100101T060000Z", began.encode())
    (tmp_path / "daily.ics").write_bytes(text)
    done = ran("manage.py", *ONCE, "--calendar-dir", str(tmp_path), environment={})
    assert done.stdout, done.stderr.decode()
    result = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, result["broken"]) == (0, [])
    assert result["items"] == result["synced"] > 30


@pytest.mark.slow
def test_a_killed_worker_changes_nothing_but_the_list_of_kills(letters: Path) -> None:
    _, plain = once("nothing", letters)
    done, killed = once("nothing", letters, "--kill", "4")
    assert done.returncode == 0, killed["broken"]
    assert [kill["exit"] for kill in killed["kills"]] == [-9] * 4
    assert len({kill["step"] for kill in killed["kills"]}) >= 2
    assert all(kill["mailbox"].endswith("@alpenrad.example") and kill["pid"] for kill in killed["kills"])
    same = ("items", "synced", "failed", "held", "filtered", "records", "issues_by_code", "mail_ids")
    assert {name: killed[name] for name in same} == {name: plain[name] for name in same}


@pytest.mark.slow
def test_the_made_world_holds_and_mends() -> None:
    """The whole proof, as the gate runs it."""
    done = ran("manage.py", *ONCE, "--mend", environment={})
    assert done.stdout, done.stderr.decode()
    result = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, result["broken"]) == (0, []), done.stderr.decode()
    assert len(result["issues_by_code"]) >= 11
    assert result["mended"]["held"] == 0


# -- Bad input


@pytest.fixture
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `manage.py` prepares it: in a demo's own place."""
    ports = dict.fromkeys(environment.WISHED, 0)
    (tmp_path / "ports.json").write_text(json.dumps(ports))
    monkeypatch.setenv("SYNC_DEMO_FOLDER", str(tmp_path))


def refused(*arguments: str) -> str:
    """The sentence; one line, exit status 2, nothing started."""
    with pytest.raises(CommandError) as raised:
        call_command("demo", *arguments)
    assert raised.value.returncode == 2
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.mark.usefixtures("_inside")
class TestMailDirectory:
    def test_that_is_not_there(self, tmp_path: Path) -> None:
        assert refused("--once", "--mail-dir", str(tmp_path / "none")).startswith("There is no folder")

    def test_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert refused("--once", "--mail-dir", str(tmp_path / "file")).startswith("There is no folder")

    def test_that_is_empty(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        sentence = refused("--once", "--mail-dir", str(tmp_path / "empty"))
        assert (
            sentence
            == f"There is no message in {tmp_path}/empty. Name a folder with .eml or .mbox files, or a maildir."
        )

    @pytest.mark.parametrize("name", ["broken.eml", "broken.mbox"])
    def test_with_a_link_to_nowhere(self, letters: Path, name: str) -> None:
        (letters / name).symlink_to(letters / "nowhere")
        sentence = refused("--once", "--mail-dir", str(letters))
        assert sentence.startswith(f"Cannot read {letters}/{name}: no such ")
        assert sentence.endswith("Mend or remove the file.")

    def test_with_a_folder_in_the_place_of_a_message(self, letters: Path) -> None:
        (letters / "folder.eml").mkdir()
        assert refused("--once", "--mail-dir", str(letters)).startswith(f"Cannot read {letters}/folder.eml: is a dir")

    def test_with_an_empty_mailbox_file(self, tmp_path: Path) -> None:
        (tmp_path / "letters").mkdir()
        (tmp_path / "letters" / "empty.mbox").touch()
        assert refused("--once", "--mail-dir", str(tmp_path / "letters")).startswith("There is no message in")


@pytest.mark.usefixtures("_inside")
class TestCalendarDirectory:
    def test_that_is_not_there(self, tmp_path: Path) -> None:
        assert refused("--once", "--calendar-dir", str(tmp_path / "none")).startswith("There is no folder")

    def test_that_is_empty(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        sentence = refused("--once", "--calendar-dir", str(tmp_path / "empty"))
        assert sentence == f"There is no calendar in {tmp_path}/empty. Name a folder with .ics files."

    def test_with_a_link_to_nowhere(self, tmp_path: Path) -> None:
        (tmp_path / "broken.ics").symlink_to(tmp_path / "nowhere")
        sentence = refused("--once", "--calendar-dir", str(tmp_path))
        assert sentence == f"Cannot read {tmp_path}/broken.ics: no such file or directory. Mend or remove the file."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--once", "--kill", "-1"), "--kill wants a number of kills, 0 or more."),
        (("--kill", "3"), "--kill goes with --once only; add --once."),
        (("--mend",), "--mend goes with --once only; add --once."),
        (("--json",), "--json goes with --once only; add --once."),
        (("--once", "--mend", "--mail-dir", "."), "--mend mends the made world; leave it out with --mail-dir."),
        (("--once", "--mend", "--calendar-dir", "."), "--mend mends the made world; leave it out with --calendar-dir."),
        (("--calendar-dir", "."), "--calendar-dir goes with --once only; add --once."),
        (("--once",), "The demo starts through manage.py, which gives it a place of its own."),
    ],
)
def test_nonsense_is_answered_with_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    assert refused(*arguments) == sentence


@pytest.mark.parametrize("number", ["x", "1.5", ""], ids=["a word", "a fraction", "nothing"])
def test_a_number_of_kills_that_is_none(number: str) -> None:
    with pytest.raises(CommandError, match="--kill: invalid int value"):
        call_command("demo", "--once", "--kill", number)


def test_the_shell_sees_status_two_and_no_folder_is_left_behind(tmp_path: Path) -> None:
    own = {"TMPDIR": str(tmp_path)}
    done = ran("manage.py", *ONCE, "--kill", "many", environment=own)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    done = ran("manage.py", *ONCE, "--mail-dir", str(tmp_path / "none"), environment=own)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.splitlines()[-1].startswith(b"CommandError: There is no folder")
    assert list(tmp_path.iterdir()) == []
