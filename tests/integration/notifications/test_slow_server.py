"""A mail server that answers a byte at a time holds nobody for ever."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from pytest_django import Settings

from connectors.simulators.authority import issue
from connectors.simulators.postbox import Postbox
from tests.scenario.matrix.relay import Mode, Relay

PATIENCE = 20.0


@pytest.mark.parametrize("tls", [False, True])
def test_a_mail_has_so_long_in_all(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    postbox, shown = Postbox(), issue(tmp_path)
    relay = Relay(upstream=postbox.listen(0), usual=shown if tls else None)
    monkeypatch.setenv("SSL_CERT_FILE", str(shown.ca))
    settings.EMAIL_SECONDS = 0.5
    backend = get_connection(
        "notifications.channels.smtp.EmailBackend", host="localhost", port=relay.port, use_ssl=tls, timeout=PATIENCE
    )
    mail = EmailMessage("Slow", "as can be", to=["admin@ours.example"], connection=backend)
    with relay.broken(Mode.DRIP):
        began = time.monotonic()
        with pytest.raises(OSError):
            mail.send()
        assert time.monotonic() - began < PATIENCE
    assert postbox.letters == []
    settings.EMAIL_SECONDS = PATIENCE
    assert mail.send() == 1
    assert [letter.subject for letter in postbox.letters] == ["Slow"]
    relay.close()
    postbox.hang_up()
