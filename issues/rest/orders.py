"""What a client orders, and that the same order twice is one: checked against what it may touch, then handed on.

Everything is carried out by `issues.services`. What stands here is the client's side of it: the choice as it was
written, the Idempotency-Key, and the refusals, which come before anything is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from connectors.access import Viewer
from connectors.effects import commit
from connectors.models import Mailbox, Organization
from connectors.rest.problems import CONFLICT, INVALID, KEY_REUSED, Fault, Refused, bad_body
from issues import services
from issues.access import visible_issues
from issues.lifecycle import Status
from issues.models import BulkOperation, Issue, ScopeChoices
from issues.services import Choice
from issues.versions import BY_FIELD, Question

Verb = BulkOperation.Verb
LONGEST_KEY = 200


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be done with which issues, by whom. `key` makes the same order twice one order; "" makes none."""

    organization: Organization
    verb: Verb
    choice: Choice
    actor_id: int | None
    reason: str = ""
    until: datetime | None = None
    ending: str = ""
    key: str = ""

    def is_that_of(self, operation: BulkOperation) -> bool:
        ours = (self.verb, self.choice.digest, self.reason.strip(), self.until, self.ending)
        theirs = (operation.verb, operation.choice_digest, operation.reason, operation.until, operation.ending)
        return ours == theirs


def own_key(client: str, text: str | None) -> str:
    """The client's Idempotency-Key as it is kept: two clients that think of the same one are no danger to each other.

    "" for none. Raises `Refused` for an empty one, one over 200 characters, and what is not visible ASCII.
    """
    if text is None:
        return ""
    if not (0 < len(text) <= LONGEST_KEY and text.isascii() and text.isprintable()):
        wanted = f"Use 1 to {LONGEST_KEY} visible ASCII characters."
        raise Refused(INVALID, faults=[Fault(place="header", name="Idempotency-Key", detail=wanted)])
    return hashlib.sha256(f"{client}\x1f{text}".encode()).hexdigest()


def place(order: Order) -> tuple[BulkOperation, bool]:
    """The operation that carries the order out, and whether it is new. Raises `Refused` for a key of another order."""
    operation, fresh = services.start_operation(
        order.organization.pk,
        order.verb,
        order.choice,
        actor_id=order.actor_id,
        reason=order.reason,
        ending=order.until or order.ending,
        idempotency_key=order.key,
        asked=True,
    )
    if fresh or not order.key:
        return operation, fresh
    return _placed_before(order) or operation, False


def _placed_before(order: Order) -> BulkOperation | None:
    """The operation of this very order, known by its key. Raises `Refused` if the key came with another order."""
    rows = BulkOperation.objects.filter(organization=order.organization)
    seen = rows.filter(idempotency_key=order.key).first() if order.key else None
    if seen is not None and not order.is_that_of(seen):
        raise Refused(KEY_REUSED)
    return seen


def move_one(order: Order, rows: QuerySet[Issue], issue: Issue, unchanged: Callable[[], None]) -> None:
    """Carries out an order for one issue at once. `rows` is that issue, as far as the viewer may see it; `unchanged`
    refuses, in the transaction, if the client decided on another state of it.

    Raises `Refused` where its state does not allow it. With a key the order is kept as an operation of one, so that
    a repetition changes nothing even after the issue has moved on.
    """
    if _placed_before(order) is not None:
        return
    with commit("api: move one issue"):
        unchanged()
        _refuse_state(order.verb, issue)
        if _is_still_to_do(order):
            _move(order, rows)
    issue.refresh_from_db()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a client says to an issue's question: see `services.decide`."""

    choice: str
    sides: Mapping[str, str] = field(default_factory=dict)
    revision: str = ""

    @property
    def reason(self) -> str:
        """What tells one answer from another, in the order that is kept of it."""
        said = [f"{name} {side}" for name, side in sorted(self.sides.items())]
        return ", ".join((f"decided: {self.choice}", *said))[:500]


def decide_one(order: Order, issue: Issue, answer: Answer, unchanged: Callable[[], None]) -> None:
    """Carries out a decision at once; the order with its key is kept behind it. `unchanged` is as above.

    Raises `Refused` for an answer that the issue does not take, for one to an older question, and where it has nothing
    to decide any more.
    """
    if _placed_before(order) is not None:
        return
    with commit("api: decide one issue"):
        unchanged()
        _decide(order, issue, answer)
        if order.key:
            place(order)
    issue.refresh_from_db()


def _decide(order: Order, issue: Issue, answer: Answer) -> None:
    _refuse_state(order.verb, issue)
    asked = services.question_of(issue)
    if asked is None:
        raise Refused(CONFLICT, f"{issue.reference} asks nothing; there is nothing to decide.")
    try:
        services.decide(issue, answer.choice, answer.sides, revision=answer.revision, actor_id=order.actor_id)
    except services.Outdated as error:
        raise Refused(CONFLICT, str(error)) from error
    except services.Wrong as error:
        raise bad_body(_faults(asked, answer, error.faults)) from error


def _faults(asked: Question, answer: Answer, faults: Mapping[str, str]) -> dict[str, str]:
    """By JSON pointer."""
    if "" in faults:
        offered = [*(each for each, _ in asked.choices), *([BY_FIELD] if asked.by_field else [])]
        known = answer.choice in offered
        return {"/sides": faults[""]} if known else {"/choice": f"The issue offers: {', '.join(offered)}."}
    return {f"/sides/{name}": said for name, said in sorted(faults.items())}


def is_placed(order: Order) -> bool:
    """Whether this very order was carried out before, by its key. Raises `Refused` if the key came with another one."""
    return _placed_before(order) is not None


def keep(order: Order) -> None:
    """Keeps an order that was carried out, so that its repetition changes nothing."""
    if order.key:
        place(order)


def refuse_resolved(issue: Issue) -> None:
    """Raises `Refused` where there is nothing to be tried again."""
    _refuse_state(Verb.RETRY, issue)


def _is_still_to_do(order: Order) -> bool:
    """Keeps an order that has a key, and carries it out as far as an operation does.

    It does not where the issue is already where the order wants it, and not at once where the same choice is under
    way without the key.
    """
    if not order.key:
        return True
    operation, fresh = place(order)
    if not fresh:
        return operation.idempotency_key != order.key
    while not services.run_operation(operation.pk):
        pass
    return operation.total == 0


def _refuse_state(verb: Verb, issue: Issue) -> None:
    if issue.status == Status.RESOLVED:
        raise Refused(CONFLICT, f"{issue.reference} is resolved already; there is nothing left to do.")
    if verb == Verb.IGNORE and issue.scope != ScopeChoices.ITEM:
        raise Refused(CONFLICT, "Work waits behind a stopped sync, so it cannot be ignored; mend it and try again.")


def _move(order: Order, rows: QuerySet[Issue]) -> None:
    if order.verb == Verb.RETRY:
        services.retry(rows, actor_id=order.actor_id)
    else:
        services.ignore(rows, reason=order.reason, actor_id=order.actor_id, until=order.until, ending=order.ending)


def organization_meant(viewer: Viewer, slug: str | None, own: Organization | None) -> Organization:
    """The organization that an order is for; `own` is that of the token, if there is one.

    Raises `Refused` for one that the viewer cannot see, and where the viewer may see several and names none.
    """
    if own is not None and slug in (None, own.slug):
        return own
    if slug is None and len(_ids(viewer)) != 1:
        raise bad_body({"/choice/organization": "Name the organization by its slug; you may see several."})
    wanted = {"slug": slug} if slug is not None else {"pk__in": _ids(viewer)}
    found = Organization.objects.filter(**wanted).first()
    if found is None:
        raise bad_body({"/choice/organization": "There is no such organization."})
    return found


def _ids(viewer: Viewer) -> frozenset[int]:
    """Where the viewer belongs; nowhere in particular for those who see everything."""
    return viewer.organizations if isinstance(viewer.organizations, frozenset) else frozenset()


def chosen(viewer: Viewer, organization: Organization, wanted: Mapping[str, Any]) -> Choice:
    """The choice as services take it, within what the viewer may touch. Raises `Refused` for what does not exist."""
    narrowed: Mapping[str, Any] = wanted.get("filter", wanted)
    _refuse_unseen(visible_issues(viewer).filter(organization=organization), wanted, narrowed)
    own = Mailbox.objects.filter(viewer.mailboxes(), organization=organization)
    if (mailbox := narrowed.get("mailbox")) is not None and not own.filter(pk=mailbox).exists():
        raise bad_body({"/choice/filter/mailbox": "There is no such mailbox."})
    mailboxes = None
    if not viewer.is_admin_of(organization.pk):
        mailboxes = tuple(own.order_by("pk").values_list("pk", flat=True))
    since = narrowed.get("since")
    return Choice(
        ids=tuple(sorted(set(wanted.get("ids", ())))),
        cause=narrowed.get("cause"),
        conversation=narrowed.get("conversation", ""),
        code=narrowed.get("code", ""),
        status=narrowed.get("status", ""),
        mailbox=mailbox,
        type=narrowed.get("type", ""),
        fixer=narrowed.get("fixer", ""),
        text=narrowed.get("q", ""),
        since=since.isoformat() if since else "",
        without=tuple(sorted(set(wanted.get("without", ())))),
        mailboxes=mailboxes,
        reader=viewer.user_id if narrowed.get("q") else None,
    )


def _refuse_unseen(seen: QuerySet[Issue], wanted: Mapping[str, Any], narrowed: Mapping[str, Any]) -> None:
    """Names every id that is not among what the viewer sees; whether it is somebody else's is not told."""
    if ids := wanted.get("ids"):
        there = set(seen.filter(pk__in=ids).values_list("pk", flat=True))
        missing = {f"/choice/ids/{n}": "There is no such issue." for n, each in enumerate(ids) if each not in there}
        if missing:
            raise bad_body(missing)
    if (cause := narrowed.get("cause")) is not None and not seen.filter(cause=cause).exists():
        place = "/choice/cause" if narrowed is wanted else "/choice/filter/cause"
        raise bad_body({place: "There is no such cause."})
