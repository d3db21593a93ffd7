"""What an org says of itself: what we may write, what it demands and checks, how much of it is left, and who else is
there. Here it is asked, in three calls; what it means stands in the modules that end in `_facts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from connectors.facts import USUAL, Fact, Survey, Wishes
from connectors.field_maps import NO_MAPS, FieldMaps
from connectors.salesforce import app_facts, demand_facts, domain_facts, limit_facts, owner_facts
from connectors.salesforce.app_facts import Rows
from connectors.salesforce.client import Said, SalesforceClient, attempted, described, query
from connectors.salesforce.right_facts import Shown, may_use
from connectors.salesforce.uses import ACCOUNT, CONTACT
from connectors.salesforce.uses import uses as uses_of

DUPLICATES = (
    "SELECT MasterLabel, SobjectType FROM DuplicateRule "
    "WHERE IsActive = true AND SobjectType IN ('Contact', 'Lead') ORDER BY MasterLabel"
)
QUESTIONS = {
    "rights": app_facts.RIGHTS,
    "tokens": app_facts.TOKENS,
    "logins": app_facts.LOGINS,
    "duplicates": DUPLICATES,
    "apps": app_facts.APPS,
}


def survey(client: SalesforceClient, wishes: Wishes = USUAL, *, maps: FieldMaps = NO_MAPS) -> Survey:
    """See `CrmConnector.survey`: one call for most of it, one for the packages, which another API knows, one for the
    org's limits, and one for the owners of cases where there are any."""
    uses = uses_of(wishes)
    described_ = {use.sobject: described(use.sobject) for use in uses}
    said = client.composite(described_ | {name: query(statement) for name, statement in QUESTIONS.items()})
    shown = {use.sobject: _value(client, said[use.sobject]) for use in uses}
    rows = {name: attempted(partial(client.page, said[name])) for name in QUESTIONS}
    packages: Rows = attempted(lambda: (client.components(app_facts.PACKAGES), True))
    made = demand_facts.MADE if wishes.syncs_contacts else (demand_facts.LEAD,)
    facts = (
        *(may_use(use, shown[use.sobject]) for use in uses),
        demand_facts.demanded({use: shown[use.sobject] for use in uses if use.filled}, maps),
        *demand_facts.mapped(shown, maps),
        demand_facts.values(shown, uses),
        *_domains(shown, wishes),
        demand_facts.duplicates(rows["duplicates"], made),
        *((demand_facts.addresses(shown[CONTACT]),) if wishes.syncs_contacts else ()),
        *_owners(client, wishes),
        *limit_facts.limits(attempted(client.limits), client.allowance()),
        app_facts.refresh(rows["apps"], keeps_token=wishes.keeps_token),
    )
    return app_facts.with_apps(facts, rows, packages)


def _value(client: SalesforceClient, said: Said) -> Shown:
    return attempted(lambda: client.own(client.value(said)))


def _domains(shown: Mapping[str, Shown], wishes: Wishes) -> list[Fact]:
    names = wishes.sought.account_fields
    return [domain_facts.domains(shown[ACCOUNT], names)] if names else []


def _owners(client: SalesforceClient, wishes: Wishes) -> Iterator[Fact]:
    """Of those who are to own cases; nothing where the org is to say itself whose they are."""
    if not wishes.owners:
        return
    statements = owner_facts.questions(wishes.owners)
    said = client.composite({name: query(statement) for name, statement in statements.items()})
    rows = {name: attempted(partial(client.rows, said[name])) for name in statements}
    yield owner_facts.owners(wishes.owners, rows["queues"], rows.get("users", []))
