"""Days and moments in people's words, in UTC. Pure."""

from __future__ import annotations

from datetime import date, datetime

from connectors.translation import gettext, gettext_noop

_MONTHS = (
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
)


def _parts(of: date) -> dict[str, object]:
    return {"day": of.day, "month": gettext(_MONTHS[of.month - 1]), "year": of.year}


def day(of: date) -> str:
    """“28 November”."""
    return gettext("%(day)s %(month)s") % _parts(of)


def day_of_year(of: date) -> str:
    """“28 November 2026”."""
    return gettext("%(day)s %(month)s %(year)s") % _parts(of)


def moment(of: datetime) -> str:
    """“28 November 2026, 09:30”."""
    return gettext("%(day)s %(month)s %(year)s, %(time)s") % (_parts(of) | {"time": f"{of:%H:%M}"})


def exact(of: datetime) -> str:
    """“28 November 2026, 09:30 UTC”."""
    return gettext("%(moment)s UTC") % {"moment": moment(of)}


def to_the_second(of: datetime) -> str:
    """“28 November 2026, 09:30:59 UTC”."""
    parts = _parts(of) | {"time": f"{of:%H:%M:%S}"}
    return gettext("%(moment)s UTC") % {"moment": gettext("%(day)s %(month)s %(year)s, %(time)s") % parts}
