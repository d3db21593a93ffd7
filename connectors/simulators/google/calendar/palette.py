"""The colours of events and calendars, by the ids under which a client names them.

https://developers.google.com/workspace/calendar/api/v3/reference/colors
"""

from __future__ import annotations

from typing import Any

_EVENT = {
    "1": "#a4bdfc",
    "2": "#7ae7bf",
    "3": "#dbadff",
    "4": "#ff887c",
    "5": "#fbd75b",
    "6": "#ffb878",
    "7": "#46d6db",
    "8": "#e1e1e1",
    "9": "#5484ed",
    "10": "#51b749",
    "11": "#dc2127",
}
_CALENDAR = {"11": "#fbd75b", "14": "#9fe1e7", "17": "#9a9cff"}


def _shown(colours: dict[str, str]) -> dict[str, Any]:
    return {name: {"background": colour, "foreground": "#1d1d1d"} for name, colour in colours.items()}


COLOURS: dict[str, Any] = {
    "kind": "calendar#colors",
    "updated": "2012-02-14T00:00:00.000Z",
    "calendar": _shown(_CALENDAR),
    "event": _shown(_EVENT),
}
