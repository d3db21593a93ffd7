"""`pytest tests/contract --target FILE`: the contract on servers that somebody else started."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.contract.conftest import read
from tests.contract.peers.conftest import MITMPROXY, needs
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
        "google": {"base_url": google["url"], "token": token, "account": ANN, "ca_bundle": told["ca"]},
        "salesforce": {
            "instance_url": salesforce["url"],
            "token": salesforce["access_token"],
            "ca_bundle": told["ca"],
        },
    }
    path = tmp_path / "target.json"
    path.write_text(json.dumps(made))
    return path


def contract(file: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider", "--target", str(file)]
    return subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)


def test_what_a_server_can_do_is_looked_at(file: Path) -> None:
    done = contract(file, "-k", SAMPLE)
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 30


def test_what_it_cannot_do_is_a_line(file: Path) -> None:
    done = contract(file, "-k", "ended_is_said_at_the_first_proof and find_people or oldest_of_a_kind")
    lines = [line for line in done.stdout.splitlines() if line.startswith("CANNOT")]
    assert "CANNOT salesforce: make records that are older than they are (2 facts not looked at)" in lines


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
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 450


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
