"""How lines of the field mapping stand beside an organization's Salesforce and its other lines."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.field_mapping import FieldMapping
from connectors.field_maps import FieldMaps, Fit
from connectors.models import Organization
from syncapp.engine.lines import PATIENCE, crm_line


def fits_beside(organization: Organization, rows: Sequence[FieldMapping]) -> list[Fit]:
    """One for each of the organization's lines, in their order, saved or not. Salesforce is asked, so this is for no
    transaction; somebody waits for the answer. Raises `SideFailed`."""
    others = FieldMapping.objects.filter(organization=organization).exclude(pk__in=[each.pk for each in rows])
    crm = crm_line(organization, FieldMaps(maps=tuple(each.line for each in others)), patience=PATIENCE)
    try:
        return crm.call("field mapping: look", lambda asked: asked.fits([each.line for each in rows]))
    finally:
        crm.close()
