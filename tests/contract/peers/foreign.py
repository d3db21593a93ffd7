"""Programs for Node.js that use the clients of others: `make peers` installs what they need."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).with_name("node")


def ask(program: str, given: object, *, ca: str = "") -> Any:
    """What the program makes of `given`, both as JSON. The test is skipped where its packages are not installed."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        pytest.skip("the clients for Node.js are not installed (make peers)")
    trust = {"NODE_EXTRA_CA_CERTS": ca} if ca else {}
    done = subprocess.run(
        [node, str(FOLDER / program)],
        input=json.dumps(given).encode(),
        capture_output=True,
        timeout=120,
        check=False,
        env=os.environ | trust,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return json.loads(done.stdout)
