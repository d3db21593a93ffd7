"""`bench retry-all`: what one order for everything costs the one who gives it, and how many jobs it becomes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from django.test import Client
from django_q.models import OrmQ

from connectors import tokens
from connectors.effects import commit
from connectors.models import Mailbox, Organization
from issues import services as issues
from issues.lifecycle import Status
from issues.models import BulkOperation, Cause, Issue, Part, Resolution, ScopeChoices
from issues.ordering import Outcome, State
from syncapp.bench.rows import Row
from syncapp.demo.environment import Stage
from syncapp.demo.staging import migrate

SIZES = (100_000,)
FEW = 1000  # what the time of the request is compared with
MAILBOXES = 100
ROUNDS = 21  # of each of both, in turns
MOST_ROWS, MOST_TIMES = 500, 1.5
PEER = "one queue row and one request parameter for each item: Django's admin actions with Celery's group()"
CODE = "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"
ALL = json.dumps({"verb": "retry", "choice": {"all": True}})


def refuses(sizes: Sequence[int], names: Sequence[str] = ()) -> str:
    """Why so many issues, or flows of such names, cannot be measured, in a sentence; "" where they can."""
    if names:
        return "An order has no flows; --flow is for calls."
    return "" if all(size >= FEW for size in sizes) else f"--n wants {FEW:,} issues or more."


def measure(
    _: Stage, sizes: Sequence[int], __: Sequence[str] = (), *, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Two rows for each number of issues: the request against the same with 1,000, and the queue rows in all."""
    migrate()
    few = _place(FEW)
    rows: list[Row] = []
    for size in sizes:
        tell(f"making {size:,} issues")
        many = _place(size)
        rows.append(_request(few, many, size))
        tell(f"the request: {rows[-1].value} times that for {FEW:,}; carrying it out")
        rows.append(_queue(many, size))
    return [asdict(row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Place:
    """An organization with issues, and a client of it."""

    organization: Organization
    secret: str

    def order(self) -> float:
        """Gives the order over REST, through all of the product but the socket; how many seconds that took."""
        client, begun = (
            Client(headers={"Authorization": f"Bearer {self.secret}", "Host": "localhost"}),
            time.perf_counter(),
        )
        answer = client.post("/api/v1/operations/", ALL, content_type="application/json")
        if answer.status_code != 202:
            raise RuntimeError(f"the order was answered with {answer.status_code}")
        return time.perf_counter() - begun


def _place(size: int) -> Place:
    with commit("bench: place"):
        organization = Organization.everywhere.create(
            slug=f"bench-{size}", name=f"Bench {size}", crm="salesforce", last_issue_number=size, open_issues=size
        )
        boxes = [
            Mailbox.everywhere.create(
                organization=organization,
                address=f"box{n}-{size}@bench.example",
                provider="google",
                open_issues=len(range(n, size, MAILBOXES)),
            )
            for n in range(MAILBOXES)
        ]
        cause = Cause.everywhere.create(
            organization=organization, fingerprint="bench", code=CODE, open_issues=size, probe_at=None
        )
        Issue.everywhere.bulk_create(
            (_issue(organization, boxes[n % MAILBOXES], cause, n) for n in range(size)), batch_size=1000
        )
        _, secret = tokens.issue(organization, "bench", may_write=True, days=1)
    return Place(organization=organization, secret=secret)


def _issue(organization: Organization, mailbox: Mailbox, cause: Cause, number: int) -> Issue:
    return Issue(
        organization=organization,
        number=number + 1,
        scope=ScopeChoices.ITEM,
        mailbox=mailbox,
        subject_key=f"bench-{number}",
        resource="email",
        code=CODE,
        cause=cause,
        title=f"Letter {number}",
    )


def _request(few: Place, many: Place, size: int) -> Row:
    """The middle one of the rounds of each. Every order is forgotten again, so that each round is the first."""
    times: dict[str, list[float]] = {"few": [], "many": []}
    for _ in range(ROUNDS):
        for name, place in (("few", few), ("many", many)):
            times[name].append(place.order())
            with commit("bench: forget"):
                BulkOperation.everywhere.filter(organization=place.organization).delete()
    value = round(median(times["many"]) / median(times["few"]), 3)
    return Row(
        goal=f"request that orders a retry of {size:,} issues ÷ of {FEW:,}",
        value=value,
        bound=MOST_TIMES,
        peer=PEER,
        passed=value <= MOST_TIMES,
    )


def _queue(many: Place, size: int) -> Row:
    """All rows that one order puts into the queue, until every issue was handed out and every mailbox was woken."""
    with commit("bench: empty the queue"):
        OrmQ.objects.all().delete()
    many.order()
    operation = BulkOperation.everywhere.get(organization=many.organization)
    while not issues.run_operation(operation.pk):
        pass
    _settle(operation)
    while not issues.run_operation(operation.pk):
        pass
    operation.refresh_from_db()
    handed_out = Issue.everywhere.filter(organization=many.organization, status=Status.RETRYING).count()
    number = OrmQ.objects.count()
    done = operation.state == State.FINISHED and handed_out + operation.resolved == operation.total == size
    return Row(
        goal=f"queue rows for a retry of {size:,} issues in {MAILBOXES} mailboxes",
        value=number,
        bound=MOST_ROWS,
        peer=PEER,
        passed=done and number <= MOST_ROWS,
    )


def _settle(operation: BulkOperation) -> None:
    """The first few go through, as when the engine has written them."""
    parts = Part.everywhere.filter(operation=operation, outcome=Outcome.TRYING)
    keys = parts.values_list("issue__subject_key", flat=True)
    with commit("bench: proof"):
        issues.close(operation.organization_id, dict.fromkeys(keys, "bench"), Resolution.SYNCED)
