"""What is peculiar to Opportunity: its stage says whether it is closed, and won."""

from __future__ import annotations

from connectors.simulators.salesforce.opportunity_objects import LOST, WON
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction


def derive(_: Transaction, row: Row, *__: object) -> Row:
    return row | {"IsClosed": row["StageName"] in (WON, LOST), "IsWon": row["StageName"] == WON}
