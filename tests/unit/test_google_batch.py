from __future__ import annotations

from email import message_from_bytes
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Answer
from connectors.google.batch import BOUNDARY, CONTENT_TYPE, Part, decode, encode

PATHS = ["/gmail/v1/users/me/messages/m1?format=raw", "/gmail/v1/users/me/messages/m2?format=raw"]


GETS = [Part(target=path) for path in PATHS]


def parts_of(calls: list[Part]) -> list[Message]:
    """The request as the standard library takes it apart."""
    message = message_from_bytes(f"Content-Type: {CONTENT_TYPE}\r\n\r\n".encode() + encode(calls))
    parts = message.get_payload()
    assert isinstance(parts, list)
    return [part for part in parts if isinstance(part, Message)]


def answered(*parts: str, boundary: str = "batch_x", line: str = "\r\n") -> tuple[str, bytes]:
    body = "".join(f"--{boundary}{line}{part}{line}" for part in parts) + f"--{boundary}--"
    return f"multipart/mixed; boundary={boundary}", body.encode()


def part(number: int | str, status: str = "200 OK", body: str = "{}", headers: str = "") -> str:
    return (
        f"Content-Type: application/http\r\nContent-ID: <response-item-{number}>\r\n\r\n"
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}\r\n{body}"
    )


def test_every_question_is_a_part_with_a_number() -> None:
    parts = parts_of(GETS)
    assert [each["content-id"] for each in parts] == ["<item-0>", "<item-1>"]
    assert {each.get_content_type() for each in parts} == {"application/http"}


def test_every_part_is_a_whole_request() -> None:
    lines = [str(each.get_payload()).splitlines()[0] for each in parts_of(GETS)]
    assert lines == [f"GET {path} HTTP/1.1" for path in PATHS]


def written(call: Part) -> tuple[str, Message, str]:
    """The line, the headers and the body of a call inside of a batch."""
    (part,) = parts_of([call])
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    head, _, body = raw.partition(b"\r\n\r\n")
    line, _, headers = head.partition(b"\r\n")
    return line.decode(), message_from_bytes(headers), body.decode()


def test_a_write_carries_its_body_and_what_kind_it_is() -> None:
    line, headers, body = written(Part(method="PATCH", target="/e/1", body='{"summary": "é"}'))
    assert (line, body) == ("PATCH /e/1 HTTP/1.1", '{"summary": "é"}')
    assert (headers["content-type"], headers["content-length"]) == ("application/json", "17")


def test_a_version_that_is_expected_is_a_header_of_its_part() -> None:
    _, headers, body = written(Part(method="DELETE", target="/e/1", headers={"If-Match": '"7"'}))
    assert (headers["if-match"], headers["content-type"], body) == ('"7"', None, "")


def test_a_line_break_in_a_header_begins_no_other() -> None:
    _, headers, _ = written(Part(target="/e/1", headers={"If-Match": "a\r\nX-Evil: b"}))
    assert (headers["if-match"], headers["x-evil"]) == ("a X-Evil: b", None)


def test_the_boundary_is_announced() -> None:
    assert encode(GETS).endswith(f"--{BOUNDARY}--\r\n".encode())


def test_answers_come_back_in_the_order_of_the_questions() -> None:
    found = decode(*answered(part(1, body='{"id": "b"}'), part(0, body='{"id": "a"}')))
    assert [found[0].body, found[1].body] == ['{"id": "a"}', '{"id": "b"}']


@pytest.mark.parametrize("status", [200, 401, 403, 404, 429, 500])
def test_every_part_has_a_status_of_its_own(status: int) -> None:
    assert decode(*answered(part(0, f"{status} Whatever")))[0].status == status


def test_headers_of_a_part_are_told_in_lower_case() -> None:
    found = decode(*answered(part(0, headers="Retry-After: 30\r\n")))[0]
    assert found.headers["retry-after"] == "30"


def test_lines_may_end_without_a_carriage_return() -> None:
    raw = part(0, body='{"a": 1}').replace("\r\n", "\n")
    assert decode(*answered(raw, line="\n"))[0] == Answer(
        status=200, headers={"content-type": "application/json"}, body='{"a": 1}'
    )


def test_blank_lines_inside_a_body_belong_to_it() -> None:
    assert decode(*answered(part(0, body="a\r\n\r\nb")))[0].body == "a\r\n\r\nb"


@pytest.mark.parametrize("tail", ["", "\r\n", "\r\n\r\n"])
def test_an_answer_without_a_body_is_one(tail: str) -> None:
    bare = f"Content-ID: <response-item-0>\r\n\r\nHTTP/1.1 204 No Content\r\nDate: x{tail}"
    assert (decode(*answered(bare))[0].status, decode(*answered(bare))[0].body) == (204, "")


def test_a_quoted_boundary_is_the_same() -> None:
    content_type, body = answered(part(0))
    assert decode(content_type.replace("batch_x", '"batch_x"') + "; charset=UTF-8", body).keys() == {0}


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "no headers",
        "Content-ID: <response-item-0>\r\n\r\n",  # no answer inside
        "Content-ID: <response-item-0>\r\n\r\nnot HTTP\r\n\r\n{}",
        "Content-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}",  # says not whose it is
        part("x"),
        part("9" * 5000),
    ],
)
def test_a_part_that_cannot_be_read_is_left_out_and_the_others_stay(broken: str) -> None:
    assert decode(*answered(broken, part(1))).keys() == {1}


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/mixed", "multipart/mixed; boundary="])
def test_what_is_no_multipart_holds_no_answer(content_type: str) -> None:
    assert decode(content_type, answered(part(0))[1]) == {}


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_bytes_raise(body: bytes, boundary: str) -> None:
    decode(f"multipart/mixed; boundary={boundary}", body)


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30), max_size=5))
def test_what_was_answered_is_what_is_read(bodies: list[str]) -> None:
    said = answered(*(part(number, body=body) for number, body in enumerate(bodies)), boundary="b-9f2c-of-the-test")
    assert [decode(*said)[number].body for number in range(len(bodies))] == bodies
