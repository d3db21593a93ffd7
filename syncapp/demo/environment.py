"""Where a demo lives: its folder, its ports, its secrets. Runs before Django reads its settings.

`demo --once` gets a folder and ports of its own and leaves nothing behind. The demo that people click in
lives in `var/demo`, keeps its ports and secrets, and goes on from its own rows the next time.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from syncapp.env_file import fresh_secrets

HOME = Path(__file__).resolve().parents[2] / "var" / "demo"
WISHED = {"web": 8000, "salesforce": 8443, "google": 8444, "postbox": 8445, "smtp": 8025}
LARGEST_MESSAGE = 1024 * 1024
EARLIEST, DAYS_AHEAD = date(1990, 1, 1), 30  # what of real calendars is in step


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A demo's place on this machine."""

    folder: Path
    web: int
    salesforce: int
    google: int
    postbox: int
    smtp: int

    @property
    def ports(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if name != "folder"}

    @property
    def certificate(self) -> Path:
        return self.folder / "tls" / "ca.pem"

    @property
    def finished(self) -> Path:
        """Is there once the world was made to its end."""
        return self.folder / "finished"

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    def url(self, name: str) -> str:
        return f"https://localhost:{self.ports[name]}"


def throw_away() -> Stage:
    """A place that nobody else uses, with free ports."""
    return _stage(Path(tempfile.mkdtemp(prefix="syncapp-demo-")), dict.fromkeys(WISHED, 0))


def home(*, afresh: bool = False) -> Stage:
    """The place of the demo that people click in; `afresh` forgets what was there, as does a half-made world."""
    if afresh or not (HOME / "finished").is_file():
        shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True, exist_ok=True)
    return _stage(HOME, WISHED)


def _stage(folder: Path, wished: Mapping[str, int]) -> Stage:
    """The stage in a folder, on the ports that it was given first."""
    kept = folder / "ports.json"
    if not kept.is_file():
        kept.write_text(json.dumps(_free_ports(wished)))
    return Stage(folder=folder, **json.loads(kept.read_text()))


def _free_ports(wished: Mapping[str, int]) -> dict[str, int]:
    """The wished ports where they are free, others where not. All are held until all are chosen."""
    held: dict[str, socket.socket] = {}
    try:
        for name, port in wished.items():
            held[name] = _bind(port)
        return {name: sock.getsockname()[1] for name, sock in held.items()}
    finally:
        for sock in held.values():
            sock.close()


def _bind(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.bind(("127.0.0.1", 0))
    return sock


def of_real_calendars(today: date) -> dict[str, str]:
    """The environment in which all that has happened in real calendars is in step, and a little of what comes."""
    return {
        "SYNC_WINDOW_DAYS_BACK": str((today - EARLIEST).days),
        "SYNC_WINDOW_DAYS_AHEAD": str(DAYS_AHEAD),
    }


def settings_for(stage: Stage, database: str = "") -> dict[str, str]:
    """The environment that makes Syncapp the demo's."""
    return {
        **_secrets(stage.folder / "secrets.json"),
        "DEBUG": "false",
        "DATABASE_URL": database or f"sqlite:///{stage.folder / 'demo.sqlite3'}",
        "PUBLIC_URL": f"http://localhost:{stage.web}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "EMAIL_URL": f"smtp://127.0.0.1:{stage.smtp}",
        "MAIL_DOMAIN": "syncapp.example",
        "DEFAULT_FROM_EMAIL": "Syncapp <alerts@syncapp.example>",
        "PROVIDER_CA_BUNDLE": str(stage.certificate),
        "PROVIDER_EXTRA_HOSTS": f"localhost:{stage.salesforce},localhost:{stage.google}",
        "GOOGLE_API_ROOT": stage.url("google"),
        "GOOGLE_WEB_ROOT": stage.url("google"),
        "GOOGLE_CALENDAR_API_ROOT": stage.url("google"),
        "GOOGLE_CALENDAR_WEB_ROOT": stage.url("google"),
        "GOOGLE_TASKS_API_ROOT": stage.url("google"),
        "GOOGLE_TASKS_WEB_ROOT": stage.url("google"),
        "GOOGLE_CONTACTS_API_ROOT": stage.url("google"),
        "GOOGLE_CONTACTS_WEB_ROOT": stage.url("google"),
        "GOOGLE_AUTHORIZE_URL": f"{stage.url('google')}/o/oauth2/v2/auth",
        "GOOGLE_TOKEN_URL": f"{stage.url('google')}/token",
        "GOOGLE_CLIENT_ID": "syncapp-demo.apps.googleusercontent.example",
        "SYNC_EMAIL_FIRST_DAYS": "0",  # the oracle counts all that lies in the mailboxes
        "SALESFORCE_LOGIN_URL": stage.url("salesforce"),
        "SALESFORCE_CLIENT_ID": "syncapp-demo",
        "SYNC_CLOCK_FILE": str(stage.clock),
        "SYNC_DEMO_FOLDER": str(stage.folder),
        "SYNC_LARGEST_MESSAGE_BYTES": str(LARGEST_MESSAGE),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
    }


def _secrets(kept: Path) -> dict[str, str]:
    """Secrets of this demo alone, made on its first start."""
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(fresh_secrets() | {n: secrets.token_urlsafe(24) for n in _CLIENT_SECRETS}))
    values: dict[str, str] = json.loads(kept.read_text())
    return values


_CLIENT_SECRETS = ("GOOGLE_CLIENT_SECRET", "SALESFORCE_CLIENT_SECRET")


def enter(stage: Stage, database: str = "", more: Mapping[str, str] | None = None) -> None:
    """Makes this process, and those that it starts, the demo's."""
    os.environ.update({**settings_for(stage, database), **(more or {})})
    os.environ["DJANGO_SETTINGS_MODULE"] = "syncapp.settings"


def inside() -> Stage | None:
    """The demo that this process belongs to, if it belongs to one."""
    folder = os.environ.get("SYNC_DEMO_FOLDER", "")
    kept = Path(folder) / "ports.json"
    return Stage(folder=Path(folder), **json.loads(kept.read_text())) if folder and kept.is_file() else None
