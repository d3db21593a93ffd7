"""Every address of the product, found in the resolver, and what to ask it for.

`LISTED` has a line for each route by its name: how its parameters are filled for an organization, what else is asked,
and what is posted. Routes of the admin's models need no line: they are all alike. A route without a line fails the
crawl, and so does a line without a route.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from connectors.models import Mailbox
from issues.catalogue import CATALOGUE
from tests.security.planting import NUMBER, Planted

Fill = Callable[[Planted], Mapping[str, Any]]
CODE = CATALOGUE["salesforce.REQUIRED_FIELD_MISSING"].slug


@dataclass(frozen=True, kw_only=True)
class Line:
    """`fill` gives the parameters in the address, `also` further ones for it, `ask` query parameters, `send` a body of
    JSON, `form` one of a form.

    Bodies are about somebody else's rows, wherever they are posted. With `writes` False nothing is posted: it would
    sign in or out.
    """

    fill: Fill = lambda _: {}
    also: tuple[Fill, ...] = ()
    ask: Fill = lambda _: {}
    send: Fill | None = None
    form: Fill = lambda _: {}
    writes: bool = True


def _id(name: str, **more: Any) -> Fill:
    return lambda planted: {"pk": planted.id_of(name), **more}


def _slug(planted: Planted) -> dict[str, Any]:
    return {"slug": planted.organization.slug}


def _issue(planted: Planted) -> dict[str, Any]:
    return {"organization": planted.organization.slug, "number": NUMBER}


def _item(planted: Planted) -> dict[str, Any]:
    return {"organization": planted.organization.slug, "item_id": planted.id_of("item")}


def _operation(planted: Planted) -> dict[str, Any]:
    return {"operation_id": planted.id_of("bulkoperation")}


def _narrowed(*names: str) -> Fill:
    """A list narrowed to what is another organization's."""
    ways: dict[str, Fill] = {
        "organization": lambda planted: {"organization": planted.organization.slug},
        "mailbox": lambda planted: {"mailbox": planted.id_of("mailbox")},
        "cause": lambda planted: {"cause": planted.id_of("cause")},
    }
    return lambda planted: {key: value for name in names for key, value in ways[name](planted).items()}


def _chosen(planted: Planted) -> dict[str, Any]:
    return {
        "verb": "retry",
        "organization": planted.organization.slug,
        "cause": planted.id_of("cause"),
        "confirmed": "1",
        "key": "crawl",
    }


def _ordered(planted: Planted) -> dict[str, Any]:
    return {"verb": "ignore", "choice": {"ids": [planted.id_of("issue")]}, "reason": "crawl"}


_REASON: Fill = lambda _: {"reason": "crawl"}  # noqa: E731 - a line of the table
_CHOICE: Fill = lambda _: {"choice": "crm"}  # noqa: E731 - a line of the table
_NOTHING: Fill = lambda _: {}  # noqa: E731 - a line of the table

LISTED: dict[str, Line] = {
    # The interface
    "api-index": Line(),
    "api-schema": Line(),
    "api-docs": Line(),
    "api-problem": Line(fill=lambda _: {"name": "invalid"}),
    "api-nothing": Line(),
    "api-organization-list": Line(),
    "api-organization-detail": Line(fill=_slug),
    "api-mailbox-list": Line(ask=_narrowed("organization")),
    "api-mailbox-detail": Line(fill=_id("mailbox")),
    **{
        f"api-{kind}-{order}": Line(fill=fill, send=None if order == "orders" else _NOTHING)
        for kind, fill in (("mailbox", _id("mailbox")), ("organization", _slug))
        for order in ("orders", "pause", "resume", "reread", "reset")
    },
    "api-mailbox-check": Line(fill=_id("mailbox"), writes=False),
    "api-organization-check": Line(fill=_slug, send=_NOTHING),
    "api-check-list": Line(ask=_narrowed("organization", "mailbox")),
    "api-check-detail": Line(fill=_id("checked")),
    "api-item-list": Line(ask=_narrowed("organization", "mailbox")),
    "api-item-detail": Line(fill=_id("item")),
    "api-left-out-list": Line(ask=_narrowed("organization", "mailbox")),
    "api-left-out-detail": Line(fill=_id("filtered")),
    "api-left-out-counts": Line(ask=_narrowed("organization", "mailbox")),
    "api-run-list": Line(ask=_narrowed("organization", "mailbox")),
    "api-run-detail": Line(fill=_id("run")),
    "api-issue-list": Line(ask=_narrowed("organization", "mailbox", "cause")),
    "api-issue-detail": Line(fill=_id("issue")),
    "api-issue-attempts": Line(fill=_id("issue")),
    "api-issue-retry": Line(fill=_id("issue"), send=_NOTHING),
    "api-issue-ignore": Line(fill=_id("issue"), send=_REASON),
    "api-issue-wake": Line(fill=_id("issue"), send=_NOTHING),
    "api-issue-decide": Line(fill=_id("issue"), send=_CHOICE),
    "api-issue-sheet": Line(fill=_id("issue")),
    "api-issue-values": Line(fill=_id("issue"), send=lambda _: {"values": {"LastName": "crawl"}}),
    "api-issue-doubles": Line(fill=_id("issue")),
    "api-issue-choice": Line(fill=_id("issue"), send=lambda _: {"anyway": True}),
    "api-cause-list": Line(ask=_narrowed("organization")),
    "api-cause-detail": Line(fill=_id("cause")),
    "api-cause-retry": Line(fill=_id("cause"), send=_NOTHING),
    "api-cause-ignore": Line(fill=_id("cause"), send=_REASON),
    "api-cause-assign": Line(fill=_id("cause"), send=lambda _: {"assignee": None}),
    "api-cause-acknowledge": Line(fill=_id("cause"), send=_NOTHING),
    "api-code-list": Line(),
    "api-code-detail": Line(fill=lambda _: {"slug": CODE}),
    "api-operation-list": Line(ask=_narrowed("organization"), send=_ordered),
    **{
        f"api-operation-{event}": Line(fill=_id("bulkoperation"), send=_NOTHING)
        for event in ("pause", "resume", "cancel", "undo")
    },
    "api-operation-preview": Line(
        send=lambda planted: {"verb": "ignore", "choice": {"ids": [planted.id_of("issue")]}},
    ),
    "api-help-request-list": Line(
        ask=lambda planted: {"issue": planted.id_of("issue")},
        send=lambda planted: {"issue": planted.id_of("issue"), "description": "crawl"},
    ),
    "api-help-request-detail": Line(fill=_id("helprequest")),
    "api-operation-detail": Line(fill=_id("bulkoperation")),
    # Pages
    "home": Line(),
    "healthz": Line(),
    "login": Line(writes=False),
    "logout": Line(writes=False),
    "cause-assign": Line(fill=_id("cause"), form=lambda _: {"assignee": ""}),
    "cause-acknowledge": Line(fill=_id("cause"), form=lambda _: {"known": "1"}),
    "issues": Line(ask=_narrowed("organization", "mailbox", "cause"), form=lambda _: {"name": "crawl"}),
    "filter-rename": Line(fill=_id("savedfilter"), form=lambda _: {"name": "crawl"}),
    "filter-delete": Line(fill=_id("savedfilter"), form=_NOTHING),
    "issue": Line(fill=_issue),
    "issue-retry": Line(fill=_issue, form=_NOTHING),
    "issue-ignore": Line(fill=_issue, form=_REASON),
    "issue-wake": Line(fill=_issue, form=_NOTHING),
    "issue-decide": Line(fill=_issue, form=_CHOICE),
    "issue-values": Line(fill=_issue, form=lambda _: {"fill-LastName": "crawl"}),
    "issue-choice": Line(fill=_issue, form=lambda _: {"anyway": "1"}),
    "issue-help": Line(fill=_issue, form=lambda _: {"description": "crawl"}),
    "issue-help-preview": Line(fill=_issue, form=lambda _: {"seen": "crawl"}),
    "issue-help-picture": Line(fill=lambda planted: {**_issue(planted), "picture_id": planted.id_of("helppicture")}),
    "bulk": Line(ask=_chosen, form=_chosen),
    "operation": Line(fill=_operation),
    "operation-progress": Line(fill=_operation),
    "operation-steer": Line(fill=lambda planted: {**_operation(planted), "event": "pause"}, form=_NOTHING),
    "mailbox-order": Line(
        fill=lambda planted: {"mailbox_id": planted.id_of("mailbox"), "order": "reset"}, form=_NOTHING
    ),
    "organization-order": Line(
        fill=lambda planted: {"organization": planted.organization.slug, "order": "pause"}, form=_NOTHING
    ),
    "calendars": Line(
        fill=lambda planted: {"mailbox_id": planted.id_of("mailbox")}, form=lambda _: {"calendar": "no calendar"}
    ),
    "mailbox-crm-user": Line(
        fill=lambda planted: {"mailbox_id": planted.id_of("mailbox")}, form=lambda _: {"q": "", "user": "nobody"}
    ),
    "organization-checks": Line(fill=lambda planted: {"organization": planted.organization.slug}, form=_NOTHING),
    # A look at a mailbox would go out with what is planted as its access.
    "mailbox-checks": Line(fill=lambda planted: {"mailbox_id": planted.id_of("mailbox")}, writes=False),
    "organization-left-out": Line(
        fill=lambda planted: {"organization": planted.organization.slug}, ask=lambda _: {"rule": "spam", "before": "9"}
    ),
    "organization-tokens": Line(
        fill=lambda planted: {"organization": planted.organization.slug},
        form=lambda _: {"name": "crawl", "rights": "write", "days": "30"},
    ),
    "organization-token-revoke": Line(
        fill=lambda planted: {"organization": planted.organization.slug, "token_id": planted.id_of("apitoken")},
        form=_NOTHING,
    ),
    "mailbox-left-out": Line(fill=lambda planted: {"mailbox_id": planted.id_of("mailbox")}),
    "item": Line(fill=_item),
    # A look at both sides would go out with what is planted as their access.
    "item-look": Line(fill=_item, writes=False),
    "codes": Line(),
    "code": Line(fill=lambda _: {"slug": CODE}),
    "push-mail": Line(),
    "push-calendar": Line(),
    "connect": Line(
        fill=lambda planted: {"provider": "google", "target": planted.id_of("mailbox")},
        also=(lambda planted: {"provider": "salesforce", "target": planted.organization.pk},),
    ),
    "connect-ways": Line(
        fill=lambda planted: {"organization": planted.organization.slug, "provider": "salesforce"},
        also=(lambda planted: {"organization": planted.organization.slug, "provider": "google"},),
        form=lambda _: {"flow": "consent"},
    ),
    "connect-version": Line(fill=lambda planted: {"organization": planted.organization.slug}, form=_NOTHING),
    "connect-equip": Line(fill=lambda planted: {"organization": planted.organization.slug}, form=_NOTHING),
    "connect-callback": Line(
        fill=lambda _: {"provider": "google"}, ask=lambda _: {"state": "made up", "code": "made up"}
    ),
    # The admin beside its models, and what it has beside Django's own
    "admin:issues_issue_export": Line(ask=_narrowed("organization", "cause")),
    "admin:connectors_mailbox_sync": Line(fill=lambda planted: {"mailbox_id": planted.id_of("mailbox")}),
    "admin:auth_user_password_change": Line(fill=lambda planted: {"id": row_id(planted, "user")}),
    "admin:index": Line(),
    "admin:login": Line(writes=False),
    "admin:logout": Line(writes=False),
    "admin:password_change": Line(),
    "admin:password_change_done": Line(),
    "admin:jsi18n": Line(),
    "admin:app_list": Line(fill=lambda _: {"app_label": "connectors"}),
    "admin:autocomplete": Line(
        ask=lambda _: {"app_label": "issues", "model_name": "issue", "field_name": "mailbox", "term": ""}
    ),
    "admin:view_on_site": Line(
        fill=lambda planted: {
            "content_type_id": ContentType.objects.get_for_model(Mailbox).pk,
            "object_id": planted.id_of("mailbox"),
        }
    ),
}


@dataclass(frozen=True, kw_only=True)
class Route:
    """An address with a name; "" where it has none."""

    name: str
    pattern: str

    def __str__(self) -> str:
        return self.name or self.pattern


def routes(resolver: URLResolver | None = None, namespace: str = "", prefix: str = "") -> Iterator[Route]:
    """Every route of the product, in the order of the resolver."""
    for each in (resolver or get_resolver()).url_patterns:
        pattern = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from routes(each, inner, pattern)
        elif isinstance(each, URLPattern):
            yield Route(name=f"{namespace}{each.name}" if each.name else "", pattern=pattern)


def of_models() -> dict[str, Line]:
    """The admin's routes for its models: lists and forms, and each row by its id."""
    lines: dict[str, Line] = {}
    for model, shown in admin.site._registry.items():
        name = str(model._meta.model_name)
        base = f"admin:{model._meta.app_label}_{name}"
        by_id: Fill = lambda planted, name=name: {"object_id": row_id(planted, name)}  # type: ignore[misc]  # noqa: E731
        lines |= {f"{base}_history": Line(fill=by_id), f"{base}_delete": Line(fill=by_id, form=_sure)}
        lines |= {f"{base}_change": Line(fill=by_id, form=_forged(model)), f"{base}_add": Line(form=_forged(model))}
        lines |= {f"{base}_changelist": Line(form=_acted(name, shown))}
    return lines


def row_id(planted: Planted, name: str) -> int:
    """The planted row of a model; for Django's users the person who is a member."""
    return planted.id_of(name) if name in planted.rows else int(next(iter(planted.people.values())).pk)


def _sure(_: Planted) -> dict[str, str]:
    return {"post": "yes"}


def _forged(model: type[models.Model]) -> Fill:
    """A form in which everything that points somewhere points to somebody else's rows."""

    def form(planted: Planted) -> dict[str, str]:
        fields = [each for each in model._meta.fields if not each.primary_key]
        return {
            each.name: str(row_id(planted, str(each.related_model._meta.model_name)))  # type: ignore[union-attr]  # a model
            if each.is_relation
            else "forged@forged.example"
            for each in fields
        }

    return form


def _acted(name: str, shown: Any) -> Fill:
    """Every action of a list, on the row of somebody else; one after the other, by the order of their names."""
    names = [each if isinstance(each, str) else each.__name__ for each in shown.actions or ()]
    return lambda planted: {
        "action": [*names, "delete_selected"],
        "_selected_action": str(row_id(planted, name)),
        "post": "yes",
        "reason": "crawl",
    }


def addresses(route: Route, planted: Planted) -> list[str]:
    """Where the route leads for an organization's rows. Raises KeyError for a route without a line."""
    if route.name:
        found = lines()[route.name]
        return [reverse(route.name, kwargs=dict(fill(planted))) for fill in (found.fill, *found.also)]
    model, bookmark, rest = route.pattern.rpartition("/<path:object_id>/")
    if bookmark and not rest:  # what older bookmarks of the admin look like
        return [f"/{model}/{row_id(planted, model.rpartition('/')[2])}/"]
    return [{"admin/(?P<url>.*)$": "/admin/nothing/"}[route.pattern]]


@lru_cache(maxsize=1)
def lines() -> Mapping[str, Line]:
    return {**LISTED, **of_models()}


def line(route: Route) -> Line:
    return lines()[route.name] if route.name else Line()
