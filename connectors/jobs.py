"""The edge of a job: the queue keeps every exception in clear, text and all, so none of ours gets there.

Why a job failed stands in our own log, which is redacted. The queue hears that it did, and of what kind it was; what is
to be done again stands in the rows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")
log = logging.getLogger(__name__)


class JobFailed(Exception):
    """A job that did not come to its end; the text is the name of the exception."""


def job(work: Callable[P, None]) -> Callable[P, None]:
    """Marks a function that the queue calls. It raises `JobFailed` and whatever ends the process."""

    @wraps(work)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            work(*args, **kwargs)
        except Exception as error:
            log.exception("job %s", work.__name__)
            raise JobFailed(type(error).__name__) from None

    return guarded
