"""Every row of every table, and every write that a simulator was asked for: what must not move."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from tests.integration.bad_input.world import World

Rows = dict[str, list[tuple[Any, ...]]]


def tables() -> Rows:
    """All tables there are, Django's own and the queue's among them."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
    }


def writes(world: World) -> int:
    """The requests that were to change something, refused ones too, at both providers."""
    return sum(call.write for call in (*world.google.calls, *world.salesforce.calls))
