"""`pytest tests/contract --target FILE.json` holds any server to the contract, in place of our own simulators.

FILE names one or both of these, each a test account and nobody's own: what stands in it may be deleted.

    {"google": {"base_url", "token", "account", "ca_bundle"}, "salesforce": {"instance_url", "token", "ca_bundle"}}

`base_url` may have a path, which then stands before those of every service. A project that was granted more of People
than is usual says in “google” how many requests a user may make of it, as `contacts_a_minute`.

At the end a line says of each thing that the server cannot do how many facts could not be looked at for it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
OF_TARGETS = HERE / "target"
MEMBERS = {
    "google": ("base_url", "token", "account", "ca_bundle"),
    "salesforce": ("instance_url", "token", "ca_bundle"),
}

# The contract stands in modules of its own: without this a failed assertion of theirs would say nothing.
pytest.register_assert_rewrite("tests.contract.connectors.crm_contract", "tests.contract.connectors.mail_contract")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--target", type=Path, help="a file that names the servers to hold to the contract")


def pytest_configure(config: pytest.Config) -> None:
    """A file that is of no use is refused before anything runs."""
    named(config)


def named(config: pytest.Config) -> Mapping[str, dict[str, str]]:
    """The servers that the file of `--target` names; none without one."""
    file: Path | None = config.getoption("target", default=None)
    return read(file) if file else {}


def read(file: Path) -> dict[str, dict[str, str]]:
    """What the file says, checked. Raises `UsageError` with one sentence that says what to mend."""
    try:
        said: Any = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"--target: {file} cannot be read as JSON: {error}") from error
    if not isinstance(said, dict) or not said or not set(said) <= set(MEMBERS):
        raise pytest.UsageError(f"--target: {file} must be an object with “google”, “salesforce”, or both")
    for name, given in said.items():
        missing = [member for member in MEMBERS[name] if not isinstance(given, dict) or member not in given]
        if missing:
            raise pytest.UsageError(f"--target: “{name}” in {file} lacks {', '.join(missing)}")
    return said


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With a target nothing but its own tests, without one everything else. None: others may decide."""
    of_targets = collection_path.is_relative_to(OF_TARGETS)
    aside = collection_path != HERE and not of_targets if named(config) else of_targets
    return True if aside else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not named(config):
        return
    reasons = Counter(reason(each) for each in terminalreporter.getreports("skipped"))
    terminalreporter.section("what the target cannot do")
    for why, number in sorted(reasons.items()):
        terminalreporter.write_line(f"CANNOT {why} ({number} facts not looked at)")


def reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, in the words of the stage."""
    told = report.longrepr
    return str(told[2]).removeprefix("Skipped: ") if isinstance(told, tuple) else str(told)
