"""`pytest tests/contract --target FILE`: the contract on servers that somebody else started."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import certifi
import pytest
import requests

from tests.contract.conftest import read
from tests.contract.peers.conftest import MITMPROXY, Proxy, needs
from tests.processes import ROOT, own_settings, started, until

pytestmark = pytest.mark.peers

ANN = "ann@example.com"
SAMPLE = "adopted or check or there_once or arrives or TestCensus and found or inserted_is_there"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    needs(MITMPROXY)
    folder = tmp_path_factory.mktemp("target")
    arguments = ("manage.py", "simulators", "--json", "--folder", str(folder / "state"))
    with started(*arguments, folder=folder, environment=own_settings()) as program:
        until(lambda: "\n" in program.said or not program.is_running(), "the first line")
        said: dict[str, Any] = json.loads(program.said.splitlines()[-1])
        _door(said, "quota-age", age="old")  # three times as much within a minute
        _door(said, "people-minutes", limits="none")
        yield said


def _door(said: Mapping[str, Any], verb: str, **arguments: Any) -> None:
    there = said["google"]
    answer = requests.post(
        f"{there['url']}/_simulator/{verb}",
        json=arguments,
        headers={"X-Simulator-Token": there["door_token"]},
        verify=said["ca"],
        timeout=20,
    )
    assert answer.status_code == 200, answer.text


@pytest.fixture
def file(told: dict[str, Any], tmp_path: Path) -> Path:
    google, salesforce = told["google"], told["salesforce"]
    token = google["accounts"][ANN]["access_token"]
    made = {
        "google": {
            "base_url": google["url"],
            "token": token,
            "account": ANN,
            "ca_bundle": told["ca"],
            "contacts_a_minute": 100_000,
        },
        "salesforce": {
            "instance_url": salesforce["url"],
            "token": salesforce["access_token"],
            "ca_bundle": told["ca"],
        },
    }
    path = tmp_path / "target.json"
    path.write_text(json.dumps(made))
    return path


def contract(file: Path, *more: str, where: str = "tests/contract/target") -> subprocess.CompletedProcess[str]:
    """`where` is the part that is for targets, unless it is to be what people type: to collect all takes longer."""
    command = [sys.executable, "-m", "pytest", where, "-q", "-p", "no:cacheprovider", "--target", str(file)]
    return subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True, check=False, timeout=1_500)


def test_what_a_server_can_do_is_looked_at(file: Path) -> None:
    done = contract(file, "-k", SAMPLE, where="tests/contract")
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 30


def test_what_it_cannot_do_is_a_line(file: Path) -> None:
    done = contract(file, "-k", "ended_is_said_at_the_first_proof and find_people or oldest_of_a_kind")
    lines = [line for line in done.stdout.splitlines() if line.startswith("CANNOT")]
    assert "CANNOT salesforce: make records that are older than they are (2 facts not looked at)" in lines


@pytest.mark.slow
def test_tasks_and_contacts_are_moved_by_google_s_own_interface(file: Path) -> None:
    done = contract(file, "-k", "lists_target and (lost_answer or group_is_gone or twins_come_oldest or another_list)")
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 9


def test_what_others_do_not_have_at_all_is_one_line(myworld: tuple[Proxy, str], tmp_path: Path) -> None:
    """It has contacts, and neither groups that can be made nor tokens that tell what changed."""
    _, own = myworld
    spec = {"name": "contract", "servers": {"gmail": {"service": "gmail", "seed": {"user": {"email": ANN}}}}}
    made = requests.post(f"{own}/envs", json={"spec": spec}, timeout=20).json()
    said = {
        "base_url": f"{own}/gw/people.googleapis.com",
        "token": made["credentials"]["agent"]["google_access_token"],
        "account": ANN,
        "ca_bundle": certifi.where(),
    }
    path = tmp_path / "target.json"
    path.write_text(json.dumps({"google": said}))
    done = contract(path, "-k", "lists_target")
    assert done.returncode == 0, done.stdout
    lines = [line.partition(" (")[0] for line in done.stdout.splitlines() if line.startswith("CANNOT")]
    assert sorted(lines) == ["CANNOT google: show task lists", "CANNOT google: tell what changed among contacts"]


def test_a_server_that_is_not_named_is_a_line(file: Path) -> None:
    said = json.loads(file.read_text())
    file.write_text(json.dumps({"google": said["google"]}))
    done = contract(file, "-k", "TestCensus and nothing_asked")
    assert done.returncode == 0, done.stdout
    assert "CANNOT salesforce: the file names no such server (1 facts not looked at)" in done.stdout


@pytest.mark.slow
def test_all_of_it_holds(file: Path) -> None:
    done = contract(file)
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 1_100


BAD = {
    "no JSON": ("{", "cannot be read as JSON"),
    "a list": ("[]", "must be an object with"),
    "nothing": ("{}", "must be an object with"),
    "another provider": ('{"graph": {}}', "must be an object with"),
    "half of it": ('{"salesforce": {"token": "t"}}', "lacks instance_url, ca_bundle"),
    "a word": ('{"google": "yes"}', "lacks base_url, token, account, ca_bundle"),
}


@pytest.mark.parametrize(("text", "sentence"), BAD.values(), ids=list(BAD))
def test_a_file_that_is_of_no_use_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "target.json"
    path.write_text(text)
    with pytest.raises(pytest.UsageError, match=sentence):
        read(path)


def test_a_file_that_is_not_there_ends_the_run_at_once(tmp_path: Path) -> None:
    done = contract(tmp_path / "none.json")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "cannot be read as JSON" in done.stderr
    assert "Traceback" not in done.stderr
