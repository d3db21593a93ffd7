"""Makes what an organization's CRM has to have for our records, and writes down what was made."""

from __future__ import annotations

from connectors.effects import commit
from connectors.journal import entry, record
from connectors.models import Organization, Verb
from connectors.needs import Need, Standing
from syncapp.engine.lines import crm_line


def equip(organization: Organization, *, actor_id: int | None = None) -> list[Need]:
    """How each thing stands that our records need; what was missing is made as far as we may. Raises `SideFailed`."""
    line = crm_line(organization)
    try:
        needs = line.call("equip", lambda crm: crm.ensure_fields())
    finally:
        line.close()
    made = [need.name for need in needs if need.standing is Standing.MADE]
    if made:
        with commit("equip: note"):
            record(
                entry(
                    organization=organization,
                    verb=Verb.SETTINGS_CHANGED,
                    actor_id=actor_id,
                    note=f"made in Salesforce: {', '.join(made)}",
                )
            )
    return needs
