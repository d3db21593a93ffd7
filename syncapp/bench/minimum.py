"""The fewest remote calls that a flow can do with, by the providers' own limits. Pure.

One mailbox, one resource, one round; every HTTP request counts as one. The limits: Gmail lists 500 changes a
page and advises against more than 50 messages in a batch; a Salesforce query holds 250 addresses, and a
Composite request, which counts as one call, up to five queries; a collection holds 200 records.
"""

from __future__ import annotations

from math import ceil

GMAIL_PAGE = 500
GMAIL_BATCH = 50
ADDRESSES = 500
RECORDS = 200


def gmail_to_salesforce(messages: int, addresses: int) -> int:
    """Reads the change feed, gets the messages, looks up the addresses not yet known, writes the records."""
    return (
        ceil(messages / GMAIL_PAGE)
        + ceil(messages / GMAIL_BATCH)
        + ceil(addresses / ADDRESSES)
        + ceil(messages / RECORDS)
    )
