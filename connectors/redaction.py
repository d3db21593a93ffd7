"""Logs are one line each, and no secret gets into one."""

from __future__ import annotations

import logging
import re
from typing import Any

_SECRETS = re.compile(
    r"(?P<name>\b(?:bearer|basic)\s+|"
    r"\b(?:access_token|refresh_token|id_token|client_secret|assertion|password|code|code_verifier|token|session_id)"
    r"[\"']?\s*[:=]\s*[\"']?)"
    r"(?P<value>[^\s\"'&,}]{6,})",
    re.IGNORECASE,
)
# Tokens that are known by their look, wherever they stand: Google's, Salesforce's, JSON Web Tokens, and our own.
_TOKENS = re.compile(
    r"\bya29\.[\w.-]+|\b1//[\w-]{20,}|\b00D[A-Za-z0-9]{12,15}![\w.]+|\b5Aep861[\w.]+|"
    r"\beyJ[\w-]+\.[\w-]+\.[\w-]+|\bmsk_[\w-]{20,}|"
    r"(?<=://)[^\s/@:]{0,200}:[^\s/@]{1,200}(?=@)"  # of a database, a mail server or a proxy
)
_CONTROL = {i: f"\\x{i:02x}" for i in (*range(32), *range(127, 160))} | {10: "\\n", 13: "\\r", 9: "\\t"}
_CONTROL |= {0x2028: "\\u2028", 0x2029: "\\u2029"}  # line ends, too, for some readers


def redacted(text: str) -> str:
    """The text with everything that looks like a token or a password replaced by `***`."""
    return _TOKENS.sub("***", _SECRETS.sub(lambda found: found["name"] + "***", text))


class Redact(logging.Filter):
    """Rewrites the record itself, so that no formatter and no later handler sees a secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(_message(record)), ()
        return True


def _message(record: logging.LogRecord) -> str:
    """The message; where its arguments do not fit, as it was written, for a log line must never stop the work."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"


class OneLine(logging.Formatter):
    """Time, level, logger and message; control characters, which come from outside, are spelt out."""

    def __init__(self, **_: Any) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record)).translate(_CONTROL)
