"""What the queue hears of a job that fails: that it did."""

from __future__ import annotations

import logging
import traceback
from types import ModuleType

import pytest
from django.db import IntegrityError

from connectors.jobs import JobFailed, job
from issues import tasks as of_issues
from notifications import tasks as of_notifications
from syncapp import tasks as of_syncapp

SECRET = "Key (address)=(ada@ours.example) already exists."


@job
def fails() -> None:
    raise IntegrityError(SECRET)


def test_the_text_of_an_exception_stays_out_of_the_queue(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(JobFailed, match=r"^IntegrityError$"), caplog.at_level(logging.ERROR):
        fails()
    try:
        fails()
    except JobFailed:
        kept = traceback.format_exc()  # as django-q keeps it
    assert SECRET not in kept
    assert SECRET in caplog.text


def test_what_ends_the_process_gets_through() -> None:
    @job
    def ends() -> None:
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        ends()


@pytest.mark.parametrize("module", [of_syncapp, of_issues, of_notifications])
def test_every_job_is_guarded(module: ModuleType) -> None:
    own = [
        f
        for name, f in vars(module).items()
        if callable(f) and getattr(f, "__module__", "") == module.__name__ and not name.startswith("_")
    ]
    assert own
    assert all(hasattr(function, "__wrapped__") for function in own)
