"""An org: its schema and records, what its administrator set, and what troubles it at the moment.

Everything here is plain data, so that an org can be pickled and brought back. Behaviour is elsewhere:
`checks` and `rules` refuse, `control` switches.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from connectors.simulators.salesforce import ids, permissions, values
from connectors.simulators.salesforce.access_objects import user_permission_access, user_record_access
from connectors.simulators.salesforce.app_objects import app_objects
from connectors.simulators.salesforce.attachment_objects import attachment
from connectors.simulators.salesforce.bulk_state import Bulk
from connectors.simulators.salesforce.case_objects import case
from connectors.simulators.salesforce.event_objects import event_objects
from connectors.simulators.salesforce.file_objects import file_objects
from connectors.simulators.salesforce.grants import Grants
from connectors.simulators.salesforce.mail_objects import mail_objects
from connectors.simulators.salesforce.opportunity_objects import opportunity_objects
from connectors.simulators.salesforce.permission_objects import permission_objects
from connectors.simulators.salesforce.queue_objects import queue_objects
from connectors.simulators.salesforce.record_type_objects import record_type
from connectors.simulators.salesforce.schema import Field, Schema
from connectors.simulators.salesforce.standard import standard_objects
from connectors.simulators.salesforce.status_objects import seeds, status_objects
from connectors.simulators.salesforce.store import Store
from connectors.simulators.salesforce.task_objects import task_objects

DAY = 86400.0
LATEST_VERSION = 67  # of the REST API
ALLOWED_CALLS = 100_000
MOST_ROWS = 2000  # on a page of a query
LARGEST_BODY = 52_428_800  # bytes of a request
LARGEST_ATTACHMENT = 25 * 1024**2
LARGEST_FILE = 2 * 1024**3
MOST_REPLICATED = 600_000  # ids that getDeleted and getUpdated answer at most
INTEGRATION = "integration@syncapp-demo.example"
ADMINISTRATOR = "admin@syncapp-demo.example"

RuleKind = Literal["validation", "duplicate", "trigger", "flow"]


@dataclass(kw_only=True)
class Rule:
    """What an administrator or a developer made: it refuses a write of `object` while it is active.

    A duplicate rule compares `fields`; the other kinds search `pattern`, a regular expression, in the text of
    `field` (empty text for no value). `event` is a trigger's: `BeforeInsert`, `AfterUpdate`, …
    With `falls` a validation rule compares the number in `field` with the one before: PRIORVALUE(field) > field.
    With `formula` it strikes where that is true, and nothing else counts; such a rule came over the API.
    """

    kind: RuleKind
    name: str
    object: str
    active: bool = True
    field: str = ""
    pattern: str = ""
    fields: tuple[str, ...] = ()
    message: str = ""
    event: str = "BeforeInsert"
    allow_save: bool = False
    falls: bool = False
    formula: str = ""


FENCE = Rule(
    kind="validation",
    name="Syncapp_Stale",
    object="Event",
    field="Syncapp_Version__c",
    falls=True,
    message="SYNCAPP_STALE",
)


@dataclass(kw_only=True)
class Usage:
    """Calls of the last 24 hours, virtual, against what is allowed. `until`: used up before that time."""

    allowed: int = ALLOWED_CALLS
    until: float = 0.0
    calls: deque[tuple[float, int]] = field(default_factory=deque)

    def used(self, now: float) -> int:
        while self.calls and self.calls[0][0] <= now - DAY:
            self.calls.popleft()
        counted = sum(n for _, n in self.calls)
        return max(counted, self.allowed) if now < self.until else counted

    def count(self, now: float) -> None:
        if self.calls and self.calls[-1][0] > now - 1:
            at, n = self.calls[-1]
            self.calls[-1] = (at, n + 1)
        else:
            self.calls.append((now, 1))

    def set_used(self, used: int, now: float) -> None:
        self.calls = deque([(now, used)])


@dataclass(kw_only=True)
class Access:
    """What the users of the API may not do, all of them alike.

    `fields`: (object, field) → `none` or `read`; `objects`: object → verbs taken away, of `read create edit
    delete`; `records`: id → `none` or `read`; `permissions`: user permissions given.
    """

    fields: dict[tuple[str, str], str] = field(default_factory=dict)
    objects: dict[str, frozenset[str]] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    permissions: set[str] = field(default_factory=set)

    def may(self, verb: str, name: str) -> bool:
        return verb not in self.objects.get(name, frozenset())

    def field_hidden(self, name: str, field_name: str) -> bool:
        return self.fields.get((name, field_name)) == "none"


@dataclass(kw_only=True)
class Cursor:
    """The rest of a query's answer."""

    user_id: str
    opened: float
    total: int
    records: list[dict[str, Any]]


@dataclass(kw_only=True)
class Activities:
    """How this org keeps activities: Activity Settings, and whether the key of one may be unique."""

    shared: bool = False
    multiday: bool = True
    unique_keys: bool = True


@dataclass(kw_only=True)
class Package:
    """A package that somebody installed; the ids are those of its installation, of itself and of its version."""

    name: str
    namespace: str
    id: str
    package_id: str
    version_id: str


@dataclass(kw_only=True)
class Component:
    """A part of setup that the Tooling API knows by an id: `kind` is CustomField or ValidationRule.

    `entity` is the object that it belongs to; the custom fields of events and tasks belong to Activity. `metadata`
    is what its maker sent, and empty for what was made otherwise.
    """

    id: str
    kind: str
    entity: str
    name: str
    created: str
    modified: str
    by: str
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Org:
    schema: Schema
    store: Store
    grants: Grants
    id: str = ""
    integration_user: str = ""
    administrator: str = ""
    rules: dict[str, Rule] = field(default_factory=dict)
    components: dict[str, Component] = field(default_factory=dict)  # by id
    made_components: int = 0
    packages: list[Package] = field(default_factory=list)
    bulk: Bulk = field(default_factory=Bulk)
    required: set[tuple[str, str]] = field(default_factory=set)
    removed: dict[tuple[str, str], Field] = field(default_factory=dict)
    picklists: dict[tuple[str, str], Field] = field(default_factory=dict)  # as they were before they were changed
    countries: dict[str, tuple[str, ...]] = field(default_factory=dict)  # with their states; none: any text is taken
    place_codes: dict[str, str] = field(default_factory=dict)  # of countries and states, by name
    access: Access = field(default_factory=Access)
    usage: Usage = field(default_factory=Usage)
    newest_version: int = LATEST_VERSION
    activities: Activities = field(default_factory=Activities)
    log_start: float = 0.0  # deletions before it are purged from the log
    purged: list[tuple[str, str, str]] = field(default_factory=list)  # object, id, when it was deleted
    most_replicated: int = MOST_REPLICATED
    most_rows: int = MOST_ROWS
    locks: dict[str, int] = field(default_factory=dict)  # id → further tries that fail; -1: until it is released
    approvals: set[str] = field(default_factory=set)
    storage_full: bool = False
    api_off: str = ""  # `user` or `org`
    race: set[str] = field(default_factory=set)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    opened_cursors: int = 0
    denied_types: set[tuple[str, str]] = field(default_factory=set)  # record type, user or nothing for everybody
    type_values: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # record type, field → values
    read_only_users: set[str] = field(default_factory=set)
    enhanced_email: bool = True
    email_to_case: bool = True
    namespace: str = ""  # of the package that brings our fields
    blobs: dict[str, bytes] = field(default_factory=dict)  # ContentVersion → its bytes
    largest_body: int = LARGEST_BODY
    largest_file: int = LARGEST_FILE
    largest_attachment: int = LARGEST_ATTACHMENT
    files_full: bool = False
    files_broken: str = ""  # the code that every upload gets
    blocked_files: frozenset[str] = frozenset()  # extensions
    cases: int = 1000  # how many were numbered
    refused: list[dict[str, Any]] = field(default_factory=list)  # records of collections: code and fields

    def user(self, username: str) -> Mapping[str, Any] | None:
        found = self.store.with_value("User", "Username", username)
        return self.store.get(found[0]) if found else None

    def user_active(self, user_id: str) -> bool:
        row = self.store.get(user_id)
        return bool(row and row["IsActive"])


def new_org(now: float) -> Org:
    """An org with its organization record, an integration user and an administrator, and no other data.

    It is set up for Syncapp: with its fields, and with the validation rule that refuses an older version of an event,
    a task or a contact.
    """
    setup = (*permission_objects(), *app_objects())
    more = (
        case(),
        record_type(),
        user_record_access(),
        user_permission_access(),
        *queue_objects(),
        *status_objects(),
        *task_objects(),
        *file_objects(),
        attachment(),
    )
    schema = Schema((*standard_objects(), *opportunity_objects(), *mail_objects(), *event_objects(), *setup, *more))
    org = Org(schema=schema, store=Store(schema), grants=Grants())
    org.id = _seed(org, "Organization", now, Name="Syncapp Demo", IsSandbox=False)
    permissions.seed(org.store, now)
    org.integration_user = _seed_user(org, now, "Integration", INTEGRATION, permissions.MINIMUM)
    permissions.assign(org.store, org.integration_user, permissions.SYNCAPP, now)
    org.administrator = _seed_user(org, now, "Administrator", ADMINISTRATOR, permissions.ADMINISTRATORS)
    for name, fields in seeds():
        _seed(org, name, now, **fields)
    org.rules |= {FENCE.name: replace(FENCE)}
    org.rules |= {f"{name}.{FENCE.name}": replace(FENCE, object=name) for name in ("Task", "Contact")}
    org.store.commit()
    return org


def _seed(org: Org, name: str, now: float, **given: Any) -> str:
    sobject, stamp = org.schema.objects[name], values.moment(now)
    record_id = org.store.new_id(sobject)
    system_user = org.integration_user or ids.mint("005", 1)
    row = {f.name: f.default for f in sobject.fields.values()} | given | {"Id": record_id}
    row |= {"CreatedDate": stamp, "LastModifiedDate": stamp, "SystemModstamp": stamp}
    row |= {"CreatedById": system_user, "LastModifiedById": system_user}
    org.store.put(name, row)
    return record_id


def _seed_user(org: Org, now: float, last_name: str, username: str, profile: str) -> str:
    named = {"LastName": last_name, "Name": last_name, "ProfileId": profile}
    user_id = _seed(org, "User", now, Username=username, Email=username, **named)
    permissions.welcome(org.store, user_id, profile, now)
    return user_id
