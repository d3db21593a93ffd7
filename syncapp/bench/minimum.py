"""The fewest remote calls that a flow can do with, by the providers' own limits. Pure.

One resource, one round; every HTTP request counts as one. The limits: Gmail lists 500 changes a page and advises
against more than 50 messages in a batch; Calendar lists 2,500 events a page and takes 50 in a batch; People lists
1,000 contacts a page and writes 200 in a request; Tasks names 1,000 lists and lists 100 tasks a page, and takes as many
in a batch as Calendar, by an address that its discovery document alone names. A Salesforce query has pages of 2,000
rows and holds 250 addresses, and a Composite request, which counts as one call, up to five queries; a collection holds
200 records. Relations of what is written travel in the same Composite.

Of contacts and tasks one mailbox has no room for 100,000, so that their formulas take how many each mailbox has.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

GMAIL_PAGE = 500
GMAIL_BATCH = 50
HISTORY_UNITS = 2
CALENDAR_PAGE = 2500
CALENDAR_BATCH = 50
PEOPLE_PAGE = 1000
PEOPLE_BATCH = 200
TASKS_PAGE = 100
TASKS_BATCH = 50
ADDRESSES = 500
RECORDS = 200
ROWS = 2000
LOADED_ABOVE, LOAD, LOAD_CALLS = 2000, 10_000, 6


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


def first_contacts(contacts: int) -> int:
    """Reads an address book, asks who of them Salesforce has, and writes the records, in collections or, where they are
    more than 2,000, in loads: each is made, filled, closed, looked at once, and tells who went through and who did
    not."""
    written = ceil(contacts / RECORDS) if contacts <= LOADED_ABOVE else LOAD_CALLS * ceil(contacts / LOAD)
    return ceil(contacts / PEOPLE_PAGE) + ceil(contacts / ADDRESSES) + written


def people_to_salesforce(contacts: Sequence[int], addresses: int) -> int:
    """Reads the changed contacts of each mailbox, looks up the addresses not yet known, writes the records. Without the
    look-up it would be fewer calls still; but then everybody whom Salesforce has would stand in it twice."""
    return (
        sum(ceil(some / PEOPLE_PAGE) for some in contacts)
        + ceil(addresses / ADDRESSES)
        + sum(ceil(some / RECORDS) for some in contacts)
    )


def salesforce_to_people(contacts: Sequence[int], *, groups: int = 1) -> int:
    """Reads the changed records, writes the contacts of each mailbox. Which group they are to be in is asked for once
    in each mailbox: it is known by a mark of ours, and its owner may have thrown it away."""
    return ceil(sum(contacts) / ROWS) + sum(groups + ceil(some / PEOPLE_BATCH) for some in contacts)


def tasks_to_salesforce(tasks: Sequence[int], *, by_page: bool = True) -> int:
    """Names the lists of each mailbox, reads what changed in its one list, writes the records. There is no feed over
    all lists. What a page tells is written before the cursor passes it, so that a call takes no more than a page has;
    two pages together, not `by_page`, would fill one, and a reader that dies between them would have passed the first.
    """
    together = TASKS_PAGE if by_page else RECORDS
    return sum(1 + ceil(some / TASKS_PAGE) + ceil(some / together) for some in tasks)


def salesforce_to_tasks(tasks: Sequence[int]) -> int:
    """Reads the changed records, writes the tasks of each mailbox in batches. The id of the list that they go in is
    asked for once in each mailbox: without it nobody could say afterwards where they are."""
    return ceil(sum(tasks) / ROWS) + sum(1 + ceil(some / TASKS_BATCH) for some in tasks)


def idle_round(mailboxes: int, *, resources: int, objects: int) -> int:
    """Nothing is new: one look at each resource of each mailbox, one at each object of the whole organization."""
    return mailboxes * resources + objects
