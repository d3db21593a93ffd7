"""Providers that failed: since when they are left alone, the next probe, and a button to ask again at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors.admin_filters import Conditions, OfOrganization
from connectors.pages import user_id, viewer_in
from connectors.scoped_admin import ScopedAdmin
from issues import catalogue, markup, words
from issues.words import Sign
from syncapp.engine import gauging
from syncapp.models import Breaker, BreakerState

SIGNS: Mapping[str, Sign] = {
    BreakerState.CLOSED: Sign(icon="dot", tone="green", word="Asked as usual"),
    BreakerState.OPEN: Sign(icon="square", tone="red", word="Left alone"),
    BreakerState.HALF_OPEN: Sign(icon="triangle", tone="amber", word="Being tried"),
}


class ByState(Conditions):
    title = "state"
    parameter_name = "state"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        value: (sign.word, Q(state=value)) for value, sign in SIGNS.items()
    }


@admin.register(Breaker)
class BreakerAdmin(ScopedAdmin[Breaker]):
    """The clockwork moves them; a person may only say that it works again."""

    list_display = ("shown_state", "provider", "whose", "organization", "failures", "why", "since", "next_probe")
    list_display_links = None
    list_filter = (ByState, OfOrganization)
    list_select_related = ("organization", "mailbox")
    search_fields = ("provider", "mailbox__address")
    search_help_text = "A provider or a mailbox"
    sortable_by = ("provider", "failures")
    actions = ("ask_again",)
    fields = ("shown_state", "provider", "whose", "organization", "failures", "why", "since", "next_probe")
    readonly_fields = fields

    @admin.action(description="Ask again now")
    def ask_again(self, request: HttpRequest, queryset: QuerySet[Breaker]) -> None:
        if not viewer_in(request).may_write:
            raise PermissionDenied
        number = gauging.reset(list(queryset.select_related("organization")), user_id(request))
        messages.success(request, _asked(number))

    @admin.display(description="State", ordering="state")
    def shown_state(self, row: Breaker) -> SafeString:
        return markup.state(SIGNS[row.state])

    @admin.display(description="For")
    def whose(self, row: Breaker) -> SafeString:
        return format_html("<bdi>{}</bdi>", row.mailbox.address if row.mailbox else "everybody")

    @admin.display(description="Failures in a row", ordering="in_a_row")
    def failures(self, row: Breaker) -> int:
        return row.in_a_row

    @admin.display(description="Last")
    def why(self, row: Breaker) -> SafeString | str:
        if not row.code:
            return "–"
        entry = catalogue.entry(row.code)
        return format_html('<a href="{}">{}</a>', reverse("code", args=(entry.slug,)), entry.title)

    @admin.display(description="Left alone since")
    def since(self, row: Breaker) -> SafeString:
        return markup.moment(row.opened_at, "–")

    @admin.display(description="Next try")
    def next_probe(self, row: Breaker) -> SafeString:
        return markup.moment(row.probe_at, "at the next run")


def _asked(number: int) -> str:
    if not number:
        return "None of them was left alone."
    return f"{words.counted(number, 'provider')} will be asked again at the next run."
