"""Entity tags, and the headers that name them."""

from __future__ import annotations

import pytest

from connectors.rest.etags import is_list, names, names_weakly, tag_of

TAG = tag_of(b"{}")


def test_a_tag_is_strong_and_of_one_body() -> None:
    assert TAG == tag_of(b"{}") != tag_of(b"[]")
    assert TAG[0] == TAG[-1] == '"'
    assert len(TAG) == 34


@pytest.mark.parametrize(
    ("header", "strongly", "weakly"),
    [
        (TAG, True, True),
        (f'"other", {TAG}', True, True),
        (f"  {TAG}  ", True, True),
        ("*", True, True),
        (f"W/{TAG}", False, True),
        (f'W/"other", W/{TAG}', False, True),
        ('"other"', False, False),
        ('""', False, False),
    ],
)
def test_a_header_names_it(header: str, strongly: bool, weakly: bool) -> None:
    assert is_list(header)
    assert (names(header, TAG), names_weakly(header, TAG)) == (strongly, weakly)


@pytest.mark.parametrize(
    "header", ["", TAG.strip('"'), TAG[1:], "W/", "**", f"{TAG} {TAG}", f"{TAG},", '"a\nb"', '"ä"']
)
def test_what_is_no_list_of_tags(header: str) -> None:
    assert not is_list(header)
