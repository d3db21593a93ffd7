"""Our custom fields, the rules that keep older versions out, and the right to see them: made where they are missing.

Fields and rules are made over the Tooling API, which wants the right “Customize Application”. Whoever makes a field so
gives nobody the right to see it: a permission set of ours does, which is assigned to the user that we work as.

Tooling API Developer Guide, “CustomField” and “ValidationRule”; Object Reference, “FieldPermissions”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simple_salesforce.format import format_soql

from connectors.bodies import by_name
from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.needs import Need, Standing
from connectors.salesforce.batching import result
from connectors.salesforce.client import SalesforceClient, attempted
from connectors.salesforce.mapping import ATTACHMENTS, KEY, VERSION
from connectors.sentences import phrase
from connectors.translation import gettext_noop

RULE = "Syncapp_Stale"
OURS = "Syncapp"  # the permission set
GRANTED = "salesforce.DUPLICATE_VALUE"
NO_RIGHT, NOT_FOUND = "salesforce.INSUFFICIENT_ACCESS", "salesforce.NOT_FOUND"
FORMULA = f"AND(NOT(ISNEW()), BLANKVALUE(PRIORVALUE({VERSION}), 0) > BLANKVALUE({VERSION}, 0))"
MESSAGE = "SYNCAPP_STALE: a newer version of this record is in Salesforce already."

COMPONENTS = "SELECT Id, NamespacePrefix FROM CustomField WHERE DeveloperName = {} AND TableEnumOrId = {}"
SETS = "SELECT Id FROM PermissionSet WHERE Name = {}"
RULES = "SELECT Id, Active FROM ValidationRule WHERE ValidationName = {} AND EntityDefinitionId = {}"

NO_KEY = gettext_noop(
    "Whether a record is there already is found out by what it says, which can mistake one for another."
)
NO_CASES = gettext_noop("No conversation can become a case; nothing else needs it.")
NO_UNIQUE = gettext_noop("Salesforce itself does not refuse a second record of the same event or task.")
NO_VERSION = gettext_noop("An older version that was held up on its way can overwrite a newer one.")
NO_FILES = gettext_noop("Attachments do not come as files, where they are to; their names stand with the message.")
NO_NAMES = gettext_noop("The names of attachments are not shown.")


@dataclass(frozen=True, kw_only=True)
class CustomField:
    """A field of ours. It is made on `entity` and seen on `objects`: those of Activity are of events and tasks.

    `otherwise` are other members of its metadata where the first ones are refused, and what goes without those.
    """

    entity: str
    name: str
    metadata: Mapping[str, object]
    objects: tuple[str, ...]
    weaker: str
    otherwise: tuple[Mapping[str, object], str] | None = None

    @property
    def full_name(self) -> str:
        return f"{self.entity}.{self.name}"


def _key(entity: str, *objects: str, **more: Any) -> CustomField:
    metadata = {"type": "Text", "label": "Syncapp Key", "length": 64, "unique": True, "externalId": True}
    metadata |= {"caseSensitive": True, "description": "By this Syncapp knows its own records. Do not change it."}
    return CustomField(entity=entity, name=KEY, metadata=metadata, objects=objects or (entity,), weaker=NO_KEY, **more)


def _version(entity: str, *objects: str) -> CustomField:
    metadata = {"type": "Number", "label": "Syncapp Version", "precision": 18, "scale": 0}
    return CustomField(entity=entity, name=VERSION, metadata=metadata, objects=objects or (entity,), weaker=NO_VERSION)


FIELDS = (
    _key("EmailMessage"),
    _key("Lead"),
    replace(_key("Case"), weaker=NO_CASES),
    CustomField(
        entity="ContentVersion",
        name=KEY,
        metadata={
            "type": "Text",
            "label": "Syncapp Key",
            "length": 64,
            "externalId": True,  # and not unique: a newer version of a file may have it as well
            "description": "By this Syncapp knows the files that it brought. Do not change it.",
        },
        objects=("ContentVersion",),
        weaker=NO_FILES,
    ),
    _key("Activity", "Event", "Task", otherwise=({"unique": False, "caseSensitive": False}, NO_UNIQUE)),
    _version("Activity", "Event", "Task"),
    CustomField(
        entity="EmailMessage",
        name=ATTACHMENTS,
        metadata={"type": "LongTextArea", "label": "Syncapp Attachments", "length": 32_768, "visibleLines": 3},
        objects=("EmailMessage",),
        weaker=NO_NAMES,
    ),
)
GUARDED = ("Event", "Task")  # the objects whose older versions are refused
CONTACT = "Contact"
CONTACT_FIELDS = (_key(CONTACT), _version(CONTACT))  # needed only where contacts are kept in step


@dataclass
class _Work:
    """What was found and done so far. `denied` is the refusal after which nothing else needs to be tried."""

    client: SalesforceClient
    seen: dict[str, set[str]] = field(default_factory=dict)
    denied: Failure | None = None


def ensure(client: SalesforceClient, *, syncs_contacts: bool = False) -> list[Need]:
    """See `CrmConnector.ensure_fields`: one call for each object if all is there."""
    work = _Work(client=client)
    wanted = (*FIELDS, *CONTACT_FIELDS) if syncs_contacts else FIELDS
    guarded = (*GUARDED, CONTACT) if syncs_contacts else GUARDED
    needs = [_ensured(work, each) for each in wanted]
    hidden = [each for each, need in zip(wanted, needs, strict=True) if _is_hidden(work, each, need)]
    refusals = _shown(work, hidden) if hidden else {}
    needs = [_as_seen(need, refusals.get(need.name)) for need in needs]
    return [*needs, *(_guarded(work, name) for name in guarded)]


# -- Fields


def _ensured(work: _Work, wanted: CustomField) -> Need:
    """There for us to see, or made; one that is there and hidden from us is shown to us later."""
    if _sees(work, wanted):
        return Need(name=wanted.full_name, standing=Standing.THERE)
    if work.denied is not None:
        return _refused(wanted, work.denied)
    if _is_there(work, wanted):
        return Need(name=wanted.full_name, standing=Standing.THERE)
    failure = _make(work, "CustomField", wanted.full_name, wanted.metadata)
    if failure is None:
        return Need(name=wanted.full_name, standing=Standing.MADE)
    if wanted.otherwise and work.denied is None:
        return _made_otherwise(work, wanted, *wanted.otherwise)
    return _refused(wanted, failure)


def _is_there(work: _Work, wanted: CustomField) -> bool:
    """Whether the org has it, though we do not see it; not where we may not ask. One of a package is another field."""
    statement = format_soql(COMPONENTS, wanted.name.removesuffix("__c"), wanted.entity)
    found = attempted(lambda: work.client.components(statement))
    if isinstance(found, Failure):
        return False
    prefixes = {row.get("NamespacePrefix") or "" for row in found}
    return "" in prefixes or (bool(prefixes) and work.client.namespace() in prefixes)


def _made_otherwise(work: _Work, wanted: CustomField, members: Mapping[str, object], weaker: str) -> Need:
    failure = _make(work, "CustomField", wanted.full_name, {**wanted.metadata, **members})
    if failure is not None:
        return _refused(wanted, failure)
    return Need(name=wanted.full_name, standing=Standing.MADE, weaker=weaker)


def _refused(wanted: CustomField, failure: Failure) -> Need:
    return Need(name=wanted.full_name, standing=Standing.REFUSED, weaker=wanted.weaker, failure=failure)


def _sees(work: _Work, wanted: CustomField) -> bool:
    return all(wanted.name in _fields(work, name) for name in wanted.objects)


def _fields(work: _Work, name: str) -> set[str]:
    """The fields of an object that we see; none of an object that we do not."""
    if name not in work.seen:
        said = attempted(lambda: work.client.describe(name))
        work.seen[name] = set() if isinstance(said, Failure) else set(by_name(said.get("fields")))
    return work.seen[name]


def _make(work: _Work, kind: str, full_name: str, metadata: Mapping[str, object]) -> Failure | None:
    """Makes a component; why not, where it was refused."""
    made = attempted(lambda: work.client.make(kind, full_name, metadata))
    if not isinstance(made, Failure):
        return None
    if made.code == NOT_FOUND:  # to whom Setup is closed the Tooling API knows nothing that could be made
        made = replace(made, code=NO_RIGHT, kind=Kind.PERMISSION)
    if made.code == NO_RIGHT:
        work.denied = made
    return made


# -- The right to see them


def _is_hidden(work: _Work, wanted: CustomField, need: Need) -> bool:
    return need.standing is not Standing.REFUSED and not _sees(work, wanted)


def _shown(work: _Work, hidden: Sequence[CustomField]) -> dict[str, Failure]:
    """Grants these fields to the user that we work as; the refusals, by the name of the field."""
    places = [(each, name) for each in hidden for name in each.objects]
    try:
        parent = _permission_set(work)
        answers = work.client.create([_grant(parent, name, each.name) for each, name in places])
        work.client.create([_assignment(parent, work.client.userinfo()["user_id"])])
    except ConnectorError as error:
        return {each.full_name: error.failure for each in hidden}
    told = [(each.full_name, result(said, work.client)) for (each, _), said in zip(places, answers, strict=True)]
    return {name: said.failure for name, said in told if isinstance(said, ItemError) and said.failure.code != GRANTED}


def _permission_set(work: _Work) -> str:
    (rows,) = work.client.queries([format_soql(SETS, OURS)])
    if rows:
        return str(rows[0]["Id"])
    (said,) = work.client.create([{"attributes": {"type": "PermissionSet"}, "Name": OURS, "Label": OURS}])
    made = result(said, work.client)
    if isinstance(made, ItemError):
        raise ConnectorError(made.failure)
    return made.id


def _grant(parent: str, name: str, field_name: str) -> dict[str, object]:
    return {
        "attributes": {"type": "FieldPermissions"},
        "ParentId": parent,
        "SobjectType": name,
        "Field": f"{name}.{field_name}",
        "PermissionsRead": True,
        "PermissionsEdit": True,
    }


def _assignment(parent: str, user_id: str) -> dict[str, object]:
    kind = {"type": "PermissionSetAssignment"}
    return {"attributes": kind, "PermissionSetId": parent, "AssigneeId": user_id}


def _as_seen(need: Need, failure: Failure | None) -> Need:
    """A field that nobody may show to us is as good as none."""
    if failure is None:
        return need
    weaker = next(each.weaker for each in (*FIELDS, *CONTACT_FIELDS) if each.full_name == need.name)
    return replace(need, standing=Standing.REFUSED, weaker=weaker, failure=failure)


# -- The rule


def _guarded(work: _Work, name: str) -> Need:
    full_name = f"{name}.{RULE}"
    found = attempted(lambda: work.client.components(format_soql(RULES, RULE, name)))
    if isinstance(found, Failure):
        return Need(
            name=full_name,
            standing=Standing.UNSEEN,
            weaker=phrase("Unless it is there: %(what)s", what=phrase(NO_VERSION)),
            failure=found,
        )
    if found:
        return Need(name=full_name, standing=Standing.THERE, weaker="" if found[0]["Active"] else NO_VERSION)
    metadata = {"active": True, "errorConditionFormula": FORMULA, "errorMessage": MESSAGE}
    failure = work.denied or _make(work, "ValidationRule", full_name, metadata)
    if failure is not None:
        return Need(name=full_name, standing=Standing.REFUSED, weaker=NO_VERSION, failure=failure)
    return Need(name=full_name, standing=Standing.MADE)
