"""`bench soak`: what must not grow with the work, and what one mailbox that hangs may cost the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from connectors.policies import NoMatch
from syncapp.bench.hanging import delay_by_a_hanging_mailbox
from syncapp.bench.memory import EARLY, growth_of_a_worker
from syncapp.demo import seeding
from syncapp.demo.environment import Stage
from syncapp.demo.staging import migrate, simulators
from syncapp.demo.worker import Worker

SIZES = (20_000,)


def refuses(sizes: Sequence[int], names: Sequence[str] = ()) -> str:
    """Why so many items, or flows of such names, cannot be measured, in a sentence; "" where they can."""
    if names:
        return "A soak has no flows; --flow is for calls."
    whole = all(size >= 2 * EARLY and size % EARLY == 0 for size in sizes)
    return "" if whole else f"--n wants a multiple of {EARLY:,} items, {2 * EARLY:,} or more."


def measure(
    stage: Stage, sizes: Sequence[int], _: Sequence[str] = (), *, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """The memory row for each number of items, and the row of the hanging mailbox, all over real sockets."""
    migrate()
    worker = Worker()  # born before anything is made, so that what it holds is its own
    try:
        with simulators(stage) as doors:
            organization = seeding.seed_syncapp(doors, seeding.users_only(doors), no_match=NoMatch.LOG)
            doors.google("quota-age", age="old")
            rows = [growth_of_a_worker(doors, worker, size, tell=tell) for size in sizes]
            rows.append(delay_by_a_hanging_mailbox(doors, organization, tell=tell))
    finally:
        worker.stop()
    return [asdict(row) for row in rows]
