from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.redaction import OneLine, Redact, redacted

SECRET = "s3cr3t-value-9f2c"


def line(message: object, *args: object, exception: BaseException | None = None) -> str:
    """What ends up in the log."""
    info = (type(exception), exception, None) if exception else None
    record = logging.LogRecord("syncapp", logging.WARNING, "x.py", 1, message, args, info)
    assert Redact().filter(record)
    return OneLine().format(record)


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization: basic {SECRET}",
        f"access_token={SECRET}&x=1",
        f"refresh_token: {SECRET}",
        f'{{"access_token": "{SECRET}", "x": 1}}',
        f"{{'client_secret': '{SECRET}'}}",
        f"https://x.example/callback?code={SECRET}&state=1",
        f"code_verifier={SECRET}",
        f"assertion={SECRET}",
        f"password = {SECRET}",
        f"session_id:{SECRET}",
        f"PASSWORD={SECRET}",
    ],
)
def test_a_secret_never_reaches_the_log(text: str) -> None:
    assert SECRET not in line("it said: %s", text)


@pytest.mark.parametrize(
    "token",
    [
        "ya29.a0AfB_byC-1234567890",
        "1//03abcdefghijklmnopqrstuvwxyz-_",
        "00D5g000000AbCdEAK!AQ4AQPsomething.else_1234",
        "5Aep861TSESvWeug_xvFHRBTTbf_YrTWgEyjBJrXEVPR.Pe_",
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl",
        "msk_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    ],
)
def test_a_token_is_known_by_its_look(token: str) -> None:
    assert line("refused: %s was not good", token).endswith("refused: *** was not good")


@pytest.mark.parametrize("scheme", ["postgres", "smtp+tls", "https"])
def test_the_password_in_an_address_is_hidden_and_its_host_is_not(scheme: str) -> None:
    said = line("cannot reach %s", f"{scheme}://syncapp:{SECRET}@db.example:5432/syncapp")
    assert SECRET not in said
    assert said.endswith(f"{scheme}://***@db.example:5432/syncapp")


def test_a_secret_inside_an_exception_is_hidden() -> None:
    assert SECRET not in line("broken", exception=ValueError(f"token={SECRET}"))


@pytest.mark.parametrize(
    "text",
    [
        "issue SYNC-1042 of mailbox 7 was retried",
        "status code 404 from gmail.googleapis.com",
        "record 02s5g000000AbCdEAK",
        "the token is missing",
    ],
)
def test_what_is_no_secret_is_left_as_it_is(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_subject_cannot_start_a_line_of_its_own(end: str) -> None:
    forged = f"Renewal{end}2026-03-02 INFO root all is well"
    assert len(line("item “%s” failed", forged).splitlines()) == 1


def test_a_traceback_is_one_line() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError as error:
        caught = error
    assert len(line("broken", exception=caught).splitlines()) == 1


@pytest.mark.parametrize(
    ("message", "args"), [("%d items", ("many",)), ("%s and %s", ("one",)), ("%(name)s", ("x",)), ("100 %", (1,))]
)
def test_a_line_whose_arguments_do_not_fit_is_written_all_the_same(message: str, args: tuple[object, ...]) -> None:
    assert message in line(message, *args)


@given(st.text(max_size=200))
def test_whatever_is_logged_is_one_line(text: str) -> None:
    assert len(line("%s", text).splitlines()) == 1


@given(st.text(max_size=200))
def test_hiding_twice_changes_nothing(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)
