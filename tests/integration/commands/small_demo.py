"""`manage.py demo` with a tenth of its messages: python -m tests.integration.commands.small_demo"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from syncapp.demo.world import Delivery

KEPT = {"calm": 8, "quote": 5, "trigger": 2, "lena": 4}


def narrowed(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """The first messages of a few groups."""
    seen: Counter[str] = Counter()
    kept = []
    for delivery in deliveries:
        seen[delivery.group] += 1
        if seen[delivery.group] <= KEPT.get(delivery.group, 0):
            kept.append(delivery)
    return kept


def main() -> None:
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    from syncapp.demo import once
    from syncapp.demo.world import made_world, second_morning

    narrow = {"made_world": lambda: narrowed(made_world()), "second_morning": lambda: narrowed(second_morning())}
    vars(once).update(narrow)
    execute_from_command_line(["manage.py", "demo", *sys.argv[1:]])


if __name__ == "__main__":
    main()
