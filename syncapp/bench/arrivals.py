"""How many of a lot's items arrived: told by both simulators' stores, not by our rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from connectors import clock
from syncapp.bench.deliveries import Lot
from syncapp.demo import outside_events
from syncapp.demo.doors import Doors
from syncapp.demo.outside_events import Reach
from syncapp.demo.outside_pairs import SURELY, differences, pair


def messages(doors: Doors, lot: Lot) -> int:
    """Messages with one record each."""
    rows = doors.salesforce("snapshot")["records"]["EmailMessage"]
    found = Counter(row["Subject"] for row in rows)
    return sum(found[each.title] == 1 for each in lot)


def events(doors: Doors, lot: Lot) -> int:
    """Events that stand once on either side, equal, and in Salesforce with the person who takes part."""
    google, salesforce = doors.google("snapshot"), doors.salesforce("snapshot")
    people = {each.title: each.person_id for each in lot}
    reach = Reach(back=settings.SYNC_WINDOW_DAYS_BACK, ahead=settings.SYNC_WINDOW_DAYS_AHEAD)
    windows = outside_events.windows(google, (), reach, clock.now())
    items = [i for i in outside_events.items(google, windows) if i.sight.subject in people]
    records = [row.meeting for row in outside_events.own_rows(salesforce) if row.meeting.subject in people]
    pairs, rest = pair(items, records, SURELY)
    about = _about(salesforce)
    if rest.items or rest.records:
        return 0
    return sum(not differences(i, r) and about.get(r.id) == people[r.subject] for i, r in pairs)


def _about(salesforce: Mapping[str, Any]) -> dict[str, str]:
    return {row["Id"]: row["WhoId"] for row in salesforce["records"]["Event"]}
