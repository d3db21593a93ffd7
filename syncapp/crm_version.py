"""Which version of Salesforce's interface an organization speaks: asked as it is connected, and when somebody wants."""

from __future__ import annotations

from connectors import credentials, registry, settings_changes
from connectors.effects import outside
from connectors.models import Organization
from connectors.registry import Access
from connectors.salesforce.versions import NoVersion
from connectors.services import endpoints, wire
from connectors.translation import gettext, gettext_noop

SENTENCES = {
    True: gettext_noop(
        "This Salesforce org is too old for Syncapp: it knows no version of its interface that we can work with."
    ),
    False: gettext_noop(
        "Syncapp is too old for this Salesforce org, which no longer offers the version that we speak. "
        "Ask whoever runs Syncapp to update it."
    ),
}


class Apart(Exception):
    """Org and Syncapp know no version together; the text says so to people."""


def ask(access: Access) -> str:
    """The newest version that the org behind this access and we both know. Raises `ConnectorError` and `Apart`."""
    try:
        with outside("connect: which versions"):
            return registry.crm_version(access, endpoints(), wire())
    except NoVersion as none:
        raise Apart(gettext(SENTENCES[none.org_is_old])) from none


def ask_again(organization: Organization, actor_id: int | None) -> str:
    """What `ask` finds with the access in store, kept and journaled; "" where there is none.

    Raises `ConnectorError` and `Apart`.
    """
    credential = credentials.of_crm(organization)
    if credential is None:
        return ""
    version = ask(credentials.access(credential))
    keep(organization, version, actor_id)
    return version


def keep(organization: Organization, version: str, actor_id: int | None) -> None:
    """From the next job on this version is spoken; told in the journal where it is another one."""
    organization.crm_version = version
    settings_changes.save(organization, ["crm_version"], actor_id)
