"""What pages show: people, issues as the engine reports them, and a whole scene with a given number of issues.

Issues are made by the services that make them in the product, so counters, causes, attempts and the journal
are there as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from PIL import Image

from connectors import clock
from connectors.effects import commit
from connectors.field_mapping import FieldMapping
from connectors.models import Credential, Mailbox, Membership, Organization, Role
from connectors.scoping import scoped
from issues import services
from issues.models import BulkOperation, Issue, Resolution
from issues.pictures import redrawn
from notifications.models import Recipient
from syncapp import helping
from syncapp.checked import Checked
from syncapp.engine import payload
from syncapp.models import (
    Allowance,
    Binding,
    Breaker,
    Change,
    ChangeState,
    Filtered,
    Item,
    Outcome,
    Overruled,
    Reconciliation,
    Run,
)
from tests import builders

_numbers = count(1)

PASSWORD = "a-password-for-tests-only"
RULE = "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"
REQUIRED = "salesforce.REQUIRED_FIELD_MISSING"
TWINS = "engine.AMBIGUOUS_MATCH"
REVOKED = "google_oauth.invalid_grant/revoked"
USED_UP = "salesforce.REQUEST_LIMIT_EXCEEDED"
LOCKED = "salesforce.UNABLE_TO_LOCK_ROW"
CONFLICT = "engine.SYNC_CONFLICT"
TOO_LARGE = "engine.MESSAGE_TOO_LARGE"

LONG = ("Renewal of the framework agreement, with all annexes and the corrected price list " * 4)[:300]
UNBROKEN = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 5
JAPANESE = "株式会社山田製作所 営業部 更新契約のご確認"
HOSTILE = '<script>window.pwned=1</script>"><img src=x onerror="window.pwned=1">\u202eevil\u202c{{ 7|add:7 }}'


def person(name: str = "", **values: Any) -> User:
    """Somebody who can sign in with `PASSWORD`."""
    name = name or f"person{next(_numbers)}"
    made = User(username=name, email=f"{name}@ours.example", **values)
    made.set_password(PASSWORD)
    made.save()
    return made


def joins(user: User, organization: Organization, role: Role = Role.MEMBER) -> User:
    Membership.everywhere.create(user=user, organization=organization, role=role)
    return user


def administrator(organization: Organization, name: str = "", **values: Any) -> User:
    """Somebody who may use the admin for this organization."""
    return joins(person(name, is_staff=True, **values), organization, Role.ADMIN)


def owner_of(mailbox: Mailbox, name: str = "", **values: Any) -> User:
    """The person whose mailbox it is."""
    user = joins(person(name, **values), mailbox.organization)
    mailbox.owner = user
    mailbox.save(update_fields=["owner"])
    return user


def connect(mailbox: Mailbox, account: str = "", since: datetime | None = None) -> Credential:
    """Access to the mailbox, with a secret that must never be seen on a page."""
    return Credential.everywhere.create(
        organization=mailbox.organization,
        mailbox=mailbox,
        provider=mailbox.provider,
        account=account or mailbox.address,
        grant={"refresh_token": "SECRET-REFRESH"},
        access={"token": "SECRET-ACCESS", "instance_url": ""},
        renewed_at=since or clock.now() - timedelta(days=40),
    )


def fail(mailbox: Mailbox, code: str = RULE, titles: tuple[str, ...] = ("Renewal Acme",), **values: Any) -> list[Issue]:
    """One issue for each title, as the engine reports it."""
    keys = [f"item-{next(_numbers)}" for _ in titles]
    minutes_ago = clock.now() - timedelta(minutes=20)
    shared: dict[str, Any] = {
        "organization_id": mailbox.organization_id,
        "scope": "item",
        "mailbox_id": mailbox.pk,
        "resource": "email",
        "code": code,
        "said": "Please enter a cost centre before you save.",
        "http_status": 400,
        "request_id": "4f1c0d",
        "mailbox_url": "https://mail.google.com/mail/#all/1",
        "crm_url": "https://acme.my.salesforce.com/001",
        "attempted_at": minutes_ago,
    }
    with commit("tests: fail"):
        found = services.report(
            [
                services.Report(**(shared | {"subject_key": key, "title": title} | values))
                for key, title in zip(keys, titles, strict=True)
            ]
        )
    return [found[key] for key in keys]


def fail_again(issue: Issue) -> None:
    """The engine tried it once more, to no avail."""
    report = services.Report(
        organization_id=issue.organization_id,
        scope=issue.scope,
        subject_key=issue.subject_key,
        mailbox_id=issue.mailbox_id,
        resource=issue.resource,
        code=issue.code,
        title=issue.title,
        said="Please enter a cost centre before you save.",
    )
    with commit("tests: fail again"):
        services.report([report])


def stop(mailbox: Mailbox, code: str = REVOKED, **values: Any) -> Issue:
    """The mailbox stands still, unless it is told otherwise."""
    told: dict[str, Any] = {
        "subject_key": f"mailbox:{mailbox.pk}",
        "said": "Token has been expired or revoked.",
        "attempted_at": clock.now() - timedelta(hours=3),
    }
    report = services.Report(
        organization_id=mailbox.organization_id,
        scope="mailbox",
        mailbox_id=mailbox.pk,
        code=code,
        title=mailbox.address,
        **(told | values),
    )
    return _reported(report)


def stop_all(organization: Organization, code: str = USED_UP) -> Issue:
    """Nothing of the organization reaches Salesforce."""
    report = services.Report(
        organization_id=organization.pk,
        scope="organization",
        subject_key="organization",
        code=code,
        title=organization.name,
        said="TotalRequests Limit exceeded.",
        attempted_at=clock.now() - timedelta(hours=2),
    )
    return _reported(report)


def _reported(report: services.Report) -> Issue:
    with commit("tests: stop"):
        found = services.report([report])[report.subject_key]
    found.refresh_from_db()
    return found


def resolve(issue: Issue, proof: str = "record 02s000000000001AAA") -> None:
    """The engine brings the proof."""
    with commit("tests: resolve"):
        services.close(issue.organization_id, {issue.subject_key: proof}, Resolution.SYNCED)


def item(mailbox: Mailbox, title: str = "Offer", **values: Any) -> Item:
    """An item with this mailbox's copy of it."""
    number = next(_numbers)
    made = Item.everywhere.create(organization=mailbox.organization, key=f"key-{number}", title=title, **values)
    Binding.everywhere.create(
        organization=mailbox.organization, mailbox=mailbox, item=made, remote_id=f"remote-{number}"
    )
    return made


def in_step(mailbox: Mailbox, title: str = "Offer") -> Item:
    return item(mailbox, title, record_id="02s000000000001AAA", synced_at=clock.now())


def leave_out(mailbox: Mailbox, rule: str) -> None:
    Filtered.everywhere.create(organization=mailbox.organization, item=item(mailbox), rule=rule)


def change(mailbox: Mailbox, state: ChangeState, code: str = LOCKED) -> Change:
    """A write that is still to come."""
    return Change.everywhere.create(
        organization=mailbox.organization,
        mailbox=mailbox,
        item=item(mailbox),
        state=state,
        code=code,
        next_attempt_at=clock.now() + timedelta(minutes=4),
    )


def _found(
    name: str, verdict: str, text: str, steps: Sequence[str] = (), *, who: str = "salesforce_admin", code: str = ""
) -> dict[str, Any]:
    return {"name": name, "verdict": verdict, "text": text, "steps": [*steps], "who": who, "code": code}


FACTS = [
    _found("Connection to Salesforce", "good", "Salesforce answers."),
    _found(
        "EmailMessage",
        "bad",
        "Syncapp may not fill Subject.",
        ["Give it to the user."],
        code="salesforce.INSUFFICIENT_ACCESS",
    ),
    _found(HOSTILE, "bad", LONG, [LONG, UNBROKEN], who="vendor_support"),
    _found("Storage for records", "ask", "81 % is used: 8,300 of 10,240 MB.", ["Make room.", "Or buy more."]),
    _found("Other sync software", "unknown", "Syncapp does not see all of it.", ["Look there."], who="end_user"),
    _found("Room in the mailbox", "closed", "Google tells no program how full a mailbox is."),
]


def checked(organization: Organization, mailbox: Mailbox | None = None) -> Checked:
    """First checks that found something of each kind, with names as long and as foreign as they come."""
    return Checked.everywhere.create(
        organization=organization, mailbox=mailbox, made_at=_ago(hours=2), why="regular", facts=FACTS
    )


def run(mailbox: Mailbox, outcome: Outcome = Outcome.GOOD, **values: Any) -> Run:
    started = clock.now() - timedelta(minutes=9)
    return Run.everywhere.create(
        organization=mailbox.organization,
        mailbox=mailbox,
        outcome=outcome,
        started_at=started,
        finished_at=started + timedelta(seconds=4) if outcome else None,
        **values,
    )


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An organization as its people meet it. `issue` and `cause` are there if there is any issue."""

    organization: Organization
    root: User
    admin: User
    owner: User
    mailbox: Mailbox
    stopped: Mailbox | None
    recipient: Recipient
    mapping: FieldMapping
    issue: Issue | None
    asking: Issue | None
    item: Item
    operation_id: int | None
    held_id: int


VERSIONS: dict[str, Any] = {
    "fields": {
        "title": {"crm": LONG, "mailbox": HOSTILE},
        "time": {
            "crm": ["2026-03-02T09:30:00+00:00", "2026-03-02T10:30:00+00:00", False],
            "mailbox": ["2026-03-02T00:00:00+00:00", "2026-03-03T00:00:00+00:00", True],
        },
        "text": {"crm": f"{UNBROKEN}\nand a second line", "mailbox": ""},
        "busy": {"crm": True, "mailbox": False},
    },
    "choices": ["crm", "mailbox"],
    "by_field": True,
    "held": {"busy": "crm"},
}
CODES = (RULE, RULE, RULE, REQUIRED, TWINS, RULE, TOO_LARGE, LOCKED)


def scene(rows: int) -> Scene:
    """An organization with `rows` issues of items: long, foreign, hostile and plain titles, all kinds of codes."""
    organization = builders.organization(name=JAPANESE[:12], slug=f"acme-{next(_numbers)}", crm="salesforce")
    root = person("root", is_staff=True, is_superuser=True)
    admin = administrator(organization, "ann", first_name="Ann", last_name="Anders")
    mailbox = builders.mailbox(organization, "mia.meier@ours.example", provider="google", good_at=_ago(minutes=4))
    owner = owner_of(mailbox, "mia", first_name="美咲", last_name="山田")
    connect(mailbox)
    recipient = Recipient.everywhere.create(organization=organization, address="ops@ours.example", name=JAPANESE[:20])
    run(mailbox, read=12, written=9, failed=2, filtered=1)
    for rule in ("internal_only", "internal_only", "spam", "draft"):
        leave_out(mailbox, rule)
    agreed = in_step(mailbox)
    checked(organization)
    checked(organization, mailbox)
    _fail_many(mailbox, rows)
    operation = services.start_operation(organization.pk, "retry", services.Choice(), actor_id=admin.pk)[0]
    stopped = _trouble(organization) if rows else None
    asking = fail(mailbox, CONFLICT, (LONG,), resource="event", said="", evidence=VERSIONS)[0] if rows else None
    if asking:
        _disputed(agreed, asking)
    organization.refresh_from_db()
    first = Issue.everywhere.filter(organization=organization, scope="item").order_by("pk").first()
    if first:
        _ask_for_help(first, owner)
    return Scene(
        organization=organization,
        root=root,
        admin=admin,
        owner=owner,
        mailbox=mailbox,
        stopped=stopped,
        recipient=recipient,
        mapping=_mapping(organization),
        issue=first,
        asking=asking,
        item=agreed,
        operation_id=operation.pk,
        held_id=_held(organization, admin).pk,
    )


def _disputed(agreed: Item, asking: Issue) -> None:
    """The item that somebody is asked about, and that was asked about before."""
    Item.everywhere.filter(pk=agreed.pk).update(key=asking.subject_key, title=LONG, resource="event", version=3)
    agreed.refresh_from_db()
    lost = payload.record_to_json(builders.event(HOSTILE, text=f"{UNBROKEN}\nand a second line"))
    Overruled.everywhere.create(
        organization=agreed.organization,
        item=agreed,
        side="mailbox",
        rule="ask",
        fields=["text", "title"],
        content=lost,
    )


def _held(organization: Organization, admin: User) -> BulkOperation:
    """An order whose first few did not show that it works."""
    counts = {"total": 3000, "done": 10, "resolved": 3, "failed_again": 7}
    moments = dict.fromkeys(("frozen_at", "first_at"), _ago(minutes=3))
    return BulkOperation.everywhere.create(
        organization=organization,
        verb="retry",
        choice={"code": RULE},
        choice_digest="held",
        actor=admin,
        asked=True,
        state="held",
        **counts,
        **moments,
    )


def _ask_for_help(issue: Issue, author: User) -> None:
    """One request that was handed in, and a draft with a screenshot."""
    Organization.everywhere.filter(pk=issue.organization_id).update(support_address="help@support.example")
    issue = Issue.everywhere.select_related("organization", "mailbox", "cause").get(pk=issue.pk)
    with scoped(issue.organization_id):
        helping.send_at_once(issue, helping.Wish(description=LONG, author=author))
        letter = helping.letter(issue, helping.Wish(description=f"{JAPANESE}\n{HOSTILE}\n{UNBROKEN}", author=author))
    screen = BytesIO()
    Image.new("RGB", (1280, 720), "steelblue").save(screen, "PNG")
    services.keep_draft(issue, letter, author=author, fresh=[redrawn(screen.getvalue())])


def _mapping(organization: Organization) -> FieldMapping:
    """A value as long as one can be, into a field whose name is as long as one can be."""
    return FieldMapping.everywhere.create(
        organization=organization, target="event", source="fixed", fixed=LONG[:255], field=f"{'Region' * 6}Code__c"
    )


def _ago(**length: int) -> datetime:
    return clock.now() - timedelta(**length)


def _fail_many(mailbox: Mailbox, rows: int) -> None:
    titles = [LONG, JAPANESE, HOSTILE, UNBROKEN[:300]]
    titles += [f"Renewal {number} for Acme Ltd" for number in range(rows)]
    for number, code in enumerate(dict.fromkeys(CODES)):
        mine = tuple(title for at, title in enumerate(titles[:rows]) if CODES[at % len(CODES)] == code)
        if mine:
            fail(mailbox, code, mine, conversation_key=f"talk-{number}", said=HOSTILE if code == TWINS else LONG)


def _trouble(organization: Organization) -> Mailbox:
    """A second mailbox that has stopped, and one whose runs fail."""
    stopped = builders.mailbox(
        organization, "a.very.long.address.of.somebody.with.a.long.name@subsidiary.ours.example", provider="google"
    )
    owner_of(stopped, "ben", first_name="Ben", last_name="Bauer")
    connect(stopped)
    stop(stopped)
    change(stopped, ChangeState.PENDING)
    failing = builders.mailbox(
        organization, "cleo@ours.example", provider="google", failed_runs=3, good_at=_ago(hours=1)
    )
    change(failing, ChangeState.WAITING)
    run(failing, Outcome.FAILED, code=LOCKED)
    _strain(failing)
    return stopped


def _strain(mailbox: Mailbox) -> None:
    """Most of the CRM's calls are used, a provider is left alone for one mailbox, and the sides differ."""
    Reconciliation.everywhere.create(
        organization=mailbox.organization, whole=True, compared=1204, altered=2, missing=1, finished_at=_ago(hours=3)
    )
    Allowance.everywhere.create(organization=mailbox.organization, used=81_200, allowed=100_000)
    Breaker.everywhere.create(
        organization=mailbox.organization,
        mailbox=mailbox,
        provider="google",
        state="open",
        in_a_row=5,
        opened_at=_ago(minutes=3),
        probe_at=clock.now() + timedelta(minutes=12),
        code="google.backendError",
    )
