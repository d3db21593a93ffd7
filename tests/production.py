"""Runs a command as a production installation would: `python -m tests.production manage.py check --deploy`."""

from __future__ import annotations

import os
import subprocess
import sys

from syncapp.env_file import fresh_secrets

PRODUCTION = {
    **fresh_secrets(),
    "DEBUG": "false",
    "PUBLIC_URL": "https://sync.example.com",
    "ALLOWED_HOSTS": "sync.example.com",
    "BEHIND_PROXY": "true",
}

if __name__ == "__main__":
    sys.exit(subprocess.run([sys.executable, *sys.argv[1:]], env=os.environ | PRODUCTION, check=False).returncode)
