"""A refusal that a simulator must give: written down before the simulator, checked by plain libraries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One thing the real service refuses.

    `id` is what the test that proves it names; `code` is the provider's own word; `request` and `answer`
    say in a line what is asked and what comes back; `source` is where that is known from.
    """

    id: str
    provider: str
    code: str
    request: str
    answer: str
    source: str
