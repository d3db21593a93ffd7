"""Bodies that are more than JSON: signed tokens, batches and uploads."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulators.google import batch, discovery, jwt, upload
from connectors.simulators.google.answers import ApiError
from connectors.simulators.server import Reply, Request

GMAIL = discovery.load("gmail", "v1")


# -- Signed tokens

KEY, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def test_a_token_is_signed_by_its_key_and_no_other() -> None:
    token = jwt.Token.read(jwt.write({"iss": "robot", "iat": 5}, KEY))
    assert token.signed_by(KEY.public_key())
    assert not token.signed_by(OTHER.public_key())
    assert (token.claims["iss"], token.number("iat"), token.number("exp")) == ("robot", 5.0, 0.0)


def test_a_changed_token_is_not_signed() -> None:
    head, body, signature = jwt.write({"iss": "robot"}, KEY).split(".")
    other = jwt.write({"iss": "other"}, KEY).split(".")[1]
    assert jwt.Token.read(f"{head}.{body}.{signature}").signed_by(KEY.public_key())
    assert not jwt.Token.read(f"{head}.{other}.{signature}").signed_by(KEY.public_key())


def test_an_algorithm_other_than_rs256_is_not_accepted() -> None:
    token = jwt.Token.read(jwt.write({}, KEY))
    forged = jwt.Token(algorithm="none", claims={}, signed=token.signed, signature=token.signature)
    assert not forged.signed_by(KEY.public_key())


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "e30.W10.x", "W10.e30.xx==", "....", "ä.ö.ü"])
def test_what_is_no_token_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError):
        jwt.Token.read(text)


# -- Batches and uploads


def batch_of(*parts: str, newline: str = "\r\n") -> Request:
    pieces = [f"--b{newline}Content-Type: application/http{newline}Content-ID: {p}" for p in parts]
    body = newline.join([*pieces, "--b--", ""]).encode()
    return Request(
        method="POST",
        path="/batch",
        headers={"content-type": "multipart/mixed; boundary=b", "authorization": "Bearer outer"},
        body=body,
    )


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_a_part_is_read_with_either_line_end(newline: str) -> None:
    part = newline.join(
        ["<i>", "", "POST /gmail/v1/users/a%40b.example/labels?fields=id HTTP/1.1", "X-A: b", "", '{"name": "ü"}']
    )
    (found,) = batch.read(batch_of(part, newline=newline))
    request = found.request
    assert (found.content_id, request.method) == ("<i>", "POST")
    assert (request.path, request.query) == ("/gmail/v1/users/a@b.example/labels", {"fields": ["id"]})
    assert request.json() == {"name": "ü"}
    assert request.headers["x-a"] == "b"


def test_the_headers_of_the_whole_hold_for_the_parts_but_for_the_body_s() -> None:
    own = "<2>\r\n\r\nGET /b HTTP/1.1\r\nAuthorization: Bearer own\r\n\r\n"
    first, second = batch.read(batch_of("<1>\r\n\r\nGET /a HTTP/1.1\r\n\r\n", own))
    assert first.request.headers["authorization"] == "Bearer outer"
    assert second.request.headers["authorization"] == "Bearer own"
    assert "content-type" not in first.request.headers


@pytest.mark.parametrize(("given", "answered"), [("<item-1>", "<response-item-1>"), ("item-1", "response-item-1")])
def test_an_answer_names_the_part_it_belongs_to(given: str, answered: str) -> None:
    parts = batch.read(batch_of(f"{given}\r\n\r\nGET /a HTTP/1.1\r\n\r\n"))
    reply = batch.answer(parts, lambda request, number: Reply(status=404, body=request.path.encode()))
    assert f"Content-ID: {answered}\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n/a" in reply.body.decode()


def test_parts_are_counted_for_each_user() -> None:
    texts = [f"<{n}>\r\n\r\nGET /{n} HTTP/1.1\r\nAuthorization: Bearer {who}\r\n\r\n" for n, who in enumerate("aab")]
    seen: list[int] = []

    def note(request: Request, number: int) -> Reply:
        seen.append(number)
        return Reply()

    batch.answer(batch.read(batch_of(*texts)), note)
    assert seen == [1, 2, 1]


UPLOAD = next(m for m in GMAIL.methods if m.id == "gmail.users.messages.insert" and m.upload)


def uploaded(body: bytes, kind: str = "multipart", boundary: str = "b") -> tuple[dict[str, Any], bytes | None]:
    request = Request(
        method="POST",
        path="/upload/gmail/v1/users/me/messages",
        query={"uploadType": [kind]},
        headers={"content-type": f"multipart/related; boundary={boundary}"},
        body=body,
    )
    return upload.body(request, GMAIL, UPLOAD)


@given(st.binary(max_size=80).filter(lambda raw: b"--b" not in raw and not raw.startswith((b"\r", b"\n"))))
def test_an_uploaded_message_keeps_every_byte(raw: bytes) -> None:
    first = b'--b\r\nContent-Type: application/json\r\n\r\n{"labelIds": ["INBOX"]}\r\n'
    second = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + raw
    found, media = uploaded(first + second + b"\r\n--b--\r\n")
    assert found == {"labelIds": ["INBOX"]}
    assert media == raw


def test_media_is_the_whole_body() -> None:
    assert uploaded(b"\x00raw", kind="media") == ({}, b"\x00raw")


@pytest.mark.parametrize("kind", ["resumable", ""])
def test_other_uploads_are_not_simulated(kind: str) -> None:
    with pytest.raises(ApiError) as caught:
        uploaded(b"", kind=kind)
    assert caught.value.status == 501


def test_half_an_upload_is_refused() -> None:
    with pytest.raises(ApiError) as caught:
        uploaded(b"--b\r\n\r\n{}\r\n--b--")
    assert caught.value.reason == "badContent"
