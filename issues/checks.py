"""What must hold before anything starts: every answer that a rule can give has words that help a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error

from issues import catalogue


def the_catalogue_is_whole(**_: Any) -> Sequence[CheckMessage]:
    """One error for each flaw of `catalogue.toml`; with one, no command of `manage.py` starts."""
    return [
        Error(problem, hint="Mend the entry in issues/catalogue.toml.", id="issues.E001")
        for problem in catalogue.problems()
    ]
