from __future__ import annotations

from itertools import product

import pytest

from syncapp.engine.decisions import TABLE, Action, News, decide

# Written down a second time, pair by pair, so that a slip in the product's table shows: (mailbox, CRM).
EXPECTED = {
    (News.NONE, News.NONE): Action.NOTHING,
    (News.NONE, News.UPSERT): Action.TO_MAILBOX,
    (News.NONE, News.GONE): Action.DELETE_IN_MAILBOX,
    (News.UPSERT, News.NONE): Action.TO_CRM,
    (News.UPSERT, News.UPSERT): Action.BOTH_CHANGED,
    (News.UPSERT, News.GONE): Action.CHANGED_AND_DELETED,
    (News.GONE, News.NONE): Action.DELETE_IN_CRM,
    (News.GONE, News.UPSERT): Action.DELETED_AND_CHANGED,
    (News.GONE, News.GONE): Action.FORGET,
}
MIRROR = {
    Action.TO_CRM: Action.TO_MAILBOX,
    Action.DELETE_IN_CRM: Action.DELETE_IN_MAILBOX,
    Action.CHANGED_AND_DELETED: Action.DELETED_AND_CHANGED,
}
MIRROR |= {theirs: ours for ours, theirs in MIRROR.items()}


@pytest.mark.parametrize(("mailbox", "crm"), list(product(News, News)))
def test_every_pair_has_its_answer(mailbox: News, crm: News) -> None:
    assert decide(mailbox, crm) is EXPECTED[mailbox, crm]


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) == set(product(News, News))


def test_every_action_follows_from_one_pair() -> None:
    assert sorted(TABLE.values()) == sorted(Action)


@pytest.mark.parametrize(("mailbox", "crm"), list(product(News, News)))
def test_neither_side_is_better_than_the_other(mailbox: News, crm: News) -> None:
    action = decide(mailbox, crm)
    assert decide(crm, mailbox) is MIRROR.get(action, action)
