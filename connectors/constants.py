"""Conditions whose values stand in the statement itself, so that a partial index is found to serve them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import BooleanField, Func

_WORD = re.compile(r"[a-z_]+")


class Among(Func):
    """Whether a column has one of these words of ours. SQLite proves nothing of a value that comes as a parameter, and
    would walk along the table."""

    def __init__(self, column: str, words: Iterable[str]) -> None:
        listed = sorted(str(each) for each in words)
        if not all(_WORD.fullmatch(each) for each in listed):
            raise ValueError("only words of ours may stand in a statement")
        values = ", ".join(f"'{each}'" for each in listed)
        super().__init__(column, template=f"%(expressions)s IN ({values})", output_field=BooleanField())
