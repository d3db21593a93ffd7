"""Runs the suite and says how much of the product it reached: `make test`.

Prints the number of tests and the branch coverage of the pure modules and the services, which must be 90 %
or more. A skipped test is only good with a reason that has a name here.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST = 90.0
# What decides and what writes: a line of these that no test reaches is a promise that nobody checked.
COVERED = (
    "connectors/*.py",
    "connectors/google/*.py",
    "connectors/salesforce/*.py",
    "issues/*.py",
    "issues/services/*.py",
    "notifications/*.py",
    "notifications/channels/*.py",
    "syncapp/services.py",
    "syncapp/connecting.py",
    "syncapp/engine/*.py",
)
NOT_COVERED = ("*/apps.py", "*/admin.py", "*/urls.py", "*/migrations/*")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nightly", action="store_true", help="the slow suites as well")
    parser.add_argument(
        "--no-coverage", action="store_true", help="only the tests: half the time, for a second database"
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="for pytest")
    chosen = parser.parse_args()
    workers = os.environ.get("TEST_WORKERS", str(os.cpu_count() or 2))
    which = [] if chosen.nightly else ["-m", "not slow"]
    measured = [] if chosen.no_coverage else ["coverage", "run", "-m"]
    # Some tests take a minute: who is done with his share takes over what others have.
    spread = ["-n", workers, "--dist", "worksteal"]
    tests = subprocess.run(
        [sys.executable, "-m", *measured, "pytest", "-q", "--durations=25", *spread, *which, *chosen.rest],
        cwd=ROOT,
        check=False,
        env=_surroundings("nightly" if chosen.nightly else "gate"),
    ).returncode
    if tests or chosen.rest or chosen.no_coverage:
        return tests
    return _coverage()


def _surroundings(tier: str) -> dict[str, str]:
    """Some machines tell Python to keep no compiled modules. The suite starts hundreds of processes that import all of
    the product, and each would compile it anew."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"TEST_TIER": tier}


def _coverage() -> int:
    """Puts the processes' data together and compares it with the bound."""
    tool = [sys.executable, "-m", "coverage"]
    subprocess.run([*tool, "combine", "-q"], cwd=ROOT, check=False)
    report = [f"--include={','.join(COVERED)}", f"--omit={','.join(NOT_COVERED)}"]
    subprocess.run([*tool, "report", "--skip-covered", *report], cwd=ROOT, check=False)
    made = subprocess.run([*tool, "json", "-q", "-o", "-", *report], cwd=ROOT, check=True, capture_output=True)
    reached = float(json.loads(made.stdout)["totals"]["percent_covered"])
    print(f"branch coverage of pure modules and services: {reached:.1f} % (at least {LEAST:.0f} %)")
    return 0 if reached >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
