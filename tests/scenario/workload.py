"""A small world with everything in it, played through to its end however often the worker dies on the way.

Two mailboxes, several pages, copies, a filtered message, a refused one, an ambiguous one, one that cannot be read,
one that makes a lead, one that waits for a lock, one with files of which one is refused; access that has to be
refreshed, one mailbox that is shut out and let in again, a person who tries again, and mails.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from connectors import credentials
from connectors.errors import Kind
from connectors.labels import FAILED
from connectors.memory import MAILBOXES, MemoryMailbox, failure
from connectors.models import Organization
from connectors.oauth import Grant
from connectors.records import Attachment, Flag
from issues import services as issues
from issues.lifecycle import NEEDS_SOMEBODY
from issues.models import Issue
from syncapp import services
from syncapp.models import Binding, Mark
from tests import builders
from tests.builders import contact, email
from tests.conftest import Time
from tests.driving import LOCKED, REVOKED, RULE, refusing, rest, turn
from tests.scenario.invariants import ends_as
from tests.scenario.scene import Scene, Stage

GRANT = Grant(access_token="access-0", refresh_token="refresh-0", lifetime=0.0)
GARBLED = failure("google.backendError", Kind.TRANSIENT, "Backend Error")
BLOCKED = failure("salesforce.FILE_KIND_BLOCKED", Kind.INVALID, "no .exe")
CONTENTS = (b"an offer", b"a program", b"a plan")
ENCLOSED = tuple(
    Attachment(name=f"enclosed.{ending}", content_type="application/octet-stream", size=len(content))
    for ending, content in zip(("pdf", "exe", "txt"), CONTENTS, strict=True)
)
FIRST, SECOND = "first@ours.example", "second@ours.example"


class World(Scene):
    """What is played when one worker after the other dies."""

    settings: ClassVar[dict[str, Any]] = Scene.settings | {"brings_files": True, "labels_failed": True}
    kept_out = frozenset({"among colleagues", "junk", "whose is it", "half of it"})

    def __init__(self, time: Time) -> None:
        super().__init__(time)
        self.first, self.second = self.mailboxes

    def fill(self, organization: Organization) -> None:
        self._mailbox(organization, FIRST, page_size=4)
        self._mailbox(organization, SECOND, page_size=3)
        self.crm.people += [
            contact(),
            contact("twin@customer.example", id="003A"),
            contact("twin@customer.example", id="003B"),
        ]
        self.crm.rules += [refusing("bad"), refusing("locked", LOCKED, times=1)]
        self.crm.file_rules.append(lambda file: BLOCKED if file.name.endswith(".exe") else None)
        self._deliver(MAILBOXES[FIRST], MAILBOXES[SECOND])

    def _mailbox(self, of: Organization, address: str, *, page_size: int) -> None:
        made = builders.mailbox(of, address, provider="google")
        MAILBOXES[address].page_size = page_size
        credentials.store(of, "google", GRANT, mailbox=made)

    def _deliver(self, first: MemoryMailbox, second: MemoryMailbox) -> None:
        shared = email(subject="in both mailboxes")
        for message in (
            email(subject="good 1"),
            email(subject="bad 1"),
            shared,
            email("a@ours.example", "b@ours.example", "among colleagues"),
            email("twin@customer.example", subject="whose is it"),
            email(subject="locked for a moment"),
            email(subject="half of it", flags=frozenset({Flag.UNREADABLE})),
            email("new@prospect.example", subject="first letter", name="New Person"),
        ):
            first.deliver(message)
        first.deliver(email(subject="enclosed", attachments=ENCLOSED), *CONTENTS)
        for message in (
            replace(shared, text="another text"),
            email(subject="bad 2"),
            email(subject="junk", flags=frozenset({Flag.SPAM})),
            email("new@prospect.example", subject="second letter", name="New Person"),
        ):
            second.deliver(message)
        ref = second.deliver(email(subject="readable at the second try"))
        second.unreadable[ref.id] = GARBLED

    def broken(self) -> list[str]:
        """And I-23, where all else holds: the label is on what failed, in every mailbox, and on nothing else."""
        failed = Issue.everywhere.filter(status__in=NEEDS_SOMEBODY).values("subject_key")
        copies = Binding.everywhere.filter(gone_at=None, item__key__in=failed)
        wanted = set(copies.values_list("mailbox__address", "remote_id"))
        there = {(box.address, ref) for box in (MAILBOXES[FIRST], MAILBOXES[SECOND]) for ref in _labelled(box)}
        marked = set(Mark.everywhere.values_list("binding__mailbox__address", "binding__remote_id"))
        return super().broken() or ends_as("I-23", (there, marked), (wanted, wanted))

    # -- The stages; each half may be begun again after a crash

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (
            Stage(inside=turn),
            Stage(outside=self._can_be_read, inside=self._rests),
            Stage(outside=self._rule_goes, inside=self._somebody_tries_again),
            Stage(outside=self._shut_out, inside=self._rests),
            Stage(outside=self._let_in, inside=self._access_renewed),
        )

    def _rests(self) -> None:
        rest(self.time, hours=1)

    def _can_be_read(self) -> None:
        self.store(self.second).unreadable.clear()

    def _rule_goes(self) -> None:
        self.crm.rules[:] = [refusing("locked", LOCKED, times=0)]

    def _somebody_tries_again(self) -> None:
        issues.start_operation(self.organization.pk, "retry", issues.Choice(code=RULE.code))
        self._rests()

    def _shut_out(self) -> None:
        self.store(self.second).faults.waiting.extend([REVOKED] * 100)
        self.store(self.second).deliver(email(subject="held"))

    def _let_in(self) -> None:
        self.store(self.second).faults.waiting.clear()

    def _access_renewed(self) -> None:
        services.renew(self.organization, "google", replace(GRANT, lifetime=1e6), mailbox=self.second)
        self._rests()


def _labelled(box: MemoryMailbox) -> list[str]:
    """What has the label of what failed, by id."""
    ours = {label for label, name in box.names.items() if name == FAILED}
    return [message_id for message_id, message in box.messages.items() if ours & message.labels]
