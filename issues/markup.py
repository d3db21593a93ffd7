"""States, moments and steps as pieces of page, the same in templates and in the admin's lists."""

from __future__ import annotations

from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from connectors import clock
from connectors.markup import icon
from connectors.translation import gettext
from issues import dates, words
from issues.catalogue import Entry


def state(sign: words.Sign) -> SafeString:
    """A state: its sign and its word, in its colour."""
    return format_html('<span class="state {}">{}{}</span>', sign.tone, icon(sign.icon), gettext(sign.word))


def moment(at: datetime | None, otherwise: str = "") -> SafeString:
    """A moment as people say it, exact when pointed at; `times.js` keeps it fresh and in the reader's zone."""
    if at is None:
        return format_html("{}", otherwise or gettext("never"))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        dates.exact(at),
        words.ago(at, clock.now()),
    )


def steps(entry: Entry) -> SafeString:
    """The steps of a code, by the role that can do them."""
    groups = (
        (group.who, format_html_join("", "<li>{}</li>", ((text,) for text in group.texts)))
        for group in words.step_groups(entry)
    )
    return format_html_join("", '<p class="steps-of">{}</p><ol class="steps">{}</ol>', groups)
