"""Every page that people look at: its address in a scene, and who opens it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from tests.integration.pages.scenery import Scene

ROOT, ADMIN, OWNER, STOPPED, NOBODY = "root", "admin", "owner", "stopped", "nobody"


@dataclass(frozen=True)
class Place:
    """`path` may name what `address` fills in.

    `needs_issue` stands where a scene without issues has no such page, `same_for_all` where their number shows nowhere.
    """

    path: str
    who: str
    needs_issue: bool = False
    same_for_all: bool = False

    def address(self, scene: Scene) -> str:
        issue = scene.issue
        return self.path.format(
            slug=scene.organization.slug,
            org=scene.organization.pk,
            box=scene.mailbox.pk,
            op=scene.operation_id,
            held=scene.held_id,
            number=issue.number if issue else 0,
            asking=scene.asking.number if scene.asking else 0,
            cause=issue.cause_id if issue else 0,
            recipient=scene.recipient.pk,
            mapping=scene.mapping.pk,
            item=scene.item.pk,
            person=scene.owner.pk,
        )

    def visitor(self, scene: Scene) -> User | None:
        stopped = scene.stopped.owner if scene.stopped else None
        people = {ROOT: scene.root, ADMIN: scene.admin, OWNER: scene.owner, STOPPED: stopped, NOBODY: None}
        return people[self.who]


PLACES: dict[str, Place] = {
    "sign-in": Place("/login/", NOBODY, same_for_all=True),
    "not-found": Place("/nothing/here/", OWNER, same_for_all=True),
    "home": Place("/", OWNER),
    "home-of-somebody-stopped": Place("/", STOPPED, needs_issue=True),
    "home-of-administrator": Place("/", ADMIN),
    "issues": Place("/issues/", OWNER),
    "issue": Place("/issues/{slug}/{number}/", OWNER, needs_issue=True),
    "issue-ignoring": Place("/issues/{slug}/{number}/?ignore=1", ADMIN, needs_issue=True),
    "issue-help": Place("/issues/{slug}/{number}/help/", OWNER, needs_issue=True),
    "issue-help-preview": Place("/issues/{slug}/{number}/help/preview/", OWNER, needs_issue=True),
    "order-pause": Place("/orders/mailboxes/{box}/pause/", OWNER),
    "order-reset": Place("/orders/organizations/{slug}/reset/", ADMIN),
    "issue-asking": Place("/issues/{slug}/{asking}/", OWNER, needs_issue=True),
    "item": Place("/items/{slug}/{item}/", OWNER, needs_issue=True),
    "item-of-somebody-else": Place("/items/{slug}/{item}/", ADMIN, needs_issue=True),
    "sign-in-to-salesforce": Place("/connect/organizations/{slug}/ways/salesforce/", ADMIN, same_for_all=True),
    "sign-in-to-google": Place("/connect/organizations/{slug}/ways/google/", ROOT, same_for_all=True),
    "needs-of-salesforce": Place("/connect/organizations/{slug}/needs/", ADMIN, same_for_all=True),
    "user-of-mailbox": Place("/mailboxes/{box}/user/", ADMIN, same_for_all=True),
    "checks-of-organization": Place("/checks/organizations/{slug}/", ADMIN, same_for_all=True),
    "checks-of-mailbox": Place("/checks/mailboxes/{box}/", OWNER, same_for_all=True),
    "left-out-of-organization": Place("/left-out/organizations/{slug}/", ADMIN, same_for_all=True),
    "left-out-of-mailbox": Place("/left-out/mailboxes/{box}/", OWNER, same_for_all=True),
    "tokens-of-organization": Place("/tokens/organizations/{slug}/", ADMIN, same_for_all=True),
    "codes": Place("/codes/", NOBODY, same_for_all=True),
    "code": Place("/codes/salesforce.field_custom_validation_exception/", OWNER, same_for_all=True),
    "providers": Place("/admin/syncapp/breaker/", ADMIN),
    "bulk-retry": Place("/bulk/?verb=retry&organization={slug}&all=1", ADMIN),
    "bulk-ignore": Place("/bulk/?verb=ignore&organization={slug}&all=1", ADMIN),
    "bulk-of-a-code": Place(
        "/bulk/?verb=retry&organization={slug}&code=salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", ADMIN
    ),
    "bulk-refused": Place("/bulk/?verb=retry&organization={slug}", ADMIN, same_for_all=True),
    "operation": Place("/operations/{op}/", ADMIN),
    "operation-held": Place("/operations/{held}/", ADMIN),
    "issues-of-an-order": Place("/issues/?operation={op}&outcome=waiting&status=all", ADMIN),
    "admin": Place("/admin/", ADMIN),
    "admin-issues": Place("/admin/issues/issue/", ROOT),
    "admin-causes": Place("/admin/issues/cause/", ADMIN),
    "admin-cause": Place("/admin/issues/cause/{cause}/change/", ADMIN, needs_issue=True),
    "admin-organizations": Place("/admin/connectors/organization/", ROOT),
    "admin-organization": Place("/admin/connectors/organization/{org}/change/", ADMIN),
    "admin-mailboxes": Place("/admin/connectors/mailbox/", ADMIN),
    "admin-mailbox": Place("/admin/connectors/mailbox/{box}/change/", ADMIN),
    "admin-mailbox-add": Place("/admin/connectors/mailbox/add/", ADMIN, same_for_all=True),
    "admin-mappings": Place("/admin/connectors/fieldmapping/", ADMIN, same_for_all=True),
    "admin-mapping": Place("/admin/connectors/fieldmapping/{mapping}/change/", ADMIN, same_for_all=True),
    "admin-mapping-add": Place("/admin/connectors/fieldmapping/add/", ADMIN, same_for_all=True),
    "admin-runs": Place("/admin/syncapp/run/", ADMIN),
    "admin-recipients": Place("/admin/notifications/recipient/", ADMIN),
    "admin-recipient-add": Place("/admin/notifications/recipient/add/", ADMIN, same_for_all=True),
    "admin-recipient": Place("/admin/notifications/recipient/{recipient}/change/", ADMIN, same_for_all=True),
    "admin-recipient-delete": Place("/admin/notifications/recipient/{recipient}/delete/", ADMIN, same_for_all=True),
    "admin-recipient-history": Place("/admin/notifications/recipient/{recipient}/history/", ADMIN, same_for_all=True),
    "admin-person": Place("/admin/auth/user/{person}/change/", ROOT, same_for_all=True),
    "admin-person-password": Place("/admin/auth/user/{person}/password/", ROOT, same_for_all=True),
    "admin-password": Place("/admin/password_change/", ADMIN, same_for_all=True),
    "admin-people": Place("/admin/auth/user/", ROOT, same_for_all=True),
    "admin-person-add": Place("/admin/auth/user/add/", ROOT, same_for_all=True),
}
