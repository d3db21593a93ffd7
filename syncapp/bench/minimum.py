"""The fewest remote calls that a flow can do with, by the providers' own limits. Pure.

One mailbox, one resource, one round; every HTTP request counts as one. The limits: Gmail lists 500 changes a
page and advises against more than 50 messages in a batch, Calendar lists 2,500 events a page and takes 50 in a batch;
a Salesforce query has pages of 2,000 rows and holds 250 addresses, and a Composite request, which counts as one call,
up to five queries; a collection holds 200 records. Relations of what is written travel in the same Composite.
"""

from __future__ import annotations

from math import ceil

GMAIL_PAGE = 500
GMAIL_BATCH = 50
HISTORY_UNITS = 2
CALENDAR_PAGE = 2500
CALENDAR_BATCH = 50
ADDRESSES = 500
RECORDS = 200
ROWS = 2000


def gmail_to_salesforce(messages: int, addresses: int) -> int:
    """Reads the change feed, gets the messages, looks up the addresses not yet known, writes the records."""
    return (
        ceil(messages / GMAIL_PAGE)
        + ceil(messages / GMAIL_BATCH)
        + ceil(addresses / ADDRESSES)
        + ceil(messages / RECORDS)
    )


def gmail_units(messages: int, *, get: int) -> int:
    """Quota units of reading the change feed and getting the messages, each of which costs `get`, 20 or 5 by the age of
    the project; in a batch each part counts."""
    return HISTORY_UNITS * ceil(messages / GMAIL_PAGE) + get * messages


def calendar_to_salesforce(events: int, addresses: int) -> int:
    """Reads the changed events, looks up the addresses not yet known, writes the records."""
    return ceil(events / CALENDAR_PAGE) + ceil(addresses / ADDRESSES) + ceil(events / RECORDS)


def salesforce_to_calendar(events: int) -> int:
    """Reads the changed records, writes the events. Nobody is invited by us, so nobody is looked up."""
    return ceil(events / ROWS) + ceil(events / CALENDAR_BATCH)


def idle_round(mailboxes: int, *, resources: int, objects: int) -> int:
    """Nothing is new: one look at each resource of each mailbox, one at each object of the whole organization."""
    return mailboxes * resources + objects
