from __future__ import annotations

import pytest

from connectors.salesforce.versions import OLDEST, NoVersion, chosen


@pytest.mark.parametrize(
    ("offered", "newest", "version"),
    [
        (["64.0", "65.0", "66.0", "67.0"], "66.0", "66.0"),  # the org is ahead of us
        (["64.0", "65.0"], "66.0", "65.0"),  # we are ahead of the org
        (["66.0"], "66.0", "66.0"),
        (["66.0", "9.0", "46.0"], "66.0", "66.0"),  # as numbers, in whatever order
        (["46.0"], "66.0", OLDEST),
        (["99.0", "100.0"], "100.0", "100.0"),
        (["", "latest", "65", "v65.0", "65.0"], "66.0", "65.0"),  # what is no version is not looked at
    ],
)
def test_the_newest_that_both_know_is_spoken(offered: list[str], newest: str, version: str) -> None:
    assert chosen(offered, newest) == version


@pytest.mark.parametrize(
    ("offered", "org_is_old"),
    [
        (["31.0", "45.0"], True),
        (["67.0", "68.0"], False),
        (["45.0", "67.0"], False),
        (["latest"], True),
        ([], True),
    ],
)
def test_where_they_know_none_together_it_is_said_who_is_behind(offered: list[str], org_is_old: bool) -> None:
    with pytest.raises(NoVersion) as caught:
        chosen(offered, "66.0")
    assert caught.value.org_is_old is org_is_old
