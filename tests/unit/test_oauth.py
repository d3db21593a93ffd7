from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors import oauth
from connectors.google import oauth as google
from connectors.records import Resource
from connectors.salesforce import oauth as salesforce


def registered(*resources: Resource, labels: bool = False) -> oauth.App:
    return google.app(
        authorize_url="https://accounts.example/auth",
        token_url="https://tokens.example/token",
        client_id="ours",
        client_secret="hidden-secret",
        resources=resources,
        labels=labels,
    )


GOOGLE, WITH_EVENTS = registered(), registered(Resource.EVENT)
SALESFORCE = salesforce.app(login_url="https://login.example", client_id="ours", client_secret="hidden-secret")


def asked(app: oauth.App, **more: str) -> dict[str, str]:
    values = {"redirect": "https://us.example/back", "state": "s1", "verifier": "v" * 43} | more
    url = oauth.consent_url(app, **values)
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def test_the_challenge_is_the_one_of_rfc_7636() -> None:
    """Appendix B of RFC 7636."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert oauth.challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifiers_are_long_enough_and_never_the_same() -> None:
    made = {oauth.new_verifier() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", verifier) for verifier in made)


@pytest.mark.parametrize("app", [GOOGLE, SALESFORCE])
def test_consent_is_asked_for_with_a_challenge_and_never_with_the_verifier(app: oauth.App) -> None:
    query = asked(app)
    assert (query["code_challenge_method"], query["code_challenge"]) == ("S256", oauth.challenge("v" * 43))
    assert "v" * 43 not in query.values()


@pytest.mark.parametrize("app", [GOOGLE, SALESFORCE])
def test_the_secret_stays_at_home(app: oauth.App) -> None:
    assert "hidden-secret" not in oauth.consent_url(app, redirect="r", state="s", verifier="v")
    assert "hidden-secret" not in repr(app)


def test_google_is_asked_for_reading_alone_and_for_a_refresh_token_each_time() -> None:
    query = asked(GOOGLE)
    assert query["scope"] == "https://www.googleapis.com/auth/gmail.readonly"
    assert (query["access_type"], query["prompt"]) == ("offline", "consent")


def test_google_is_asked_for_events_where_calendars_are_kept_in_step_and_for_nothing_more() -> None:
    assert set(asked(WITH_EVENTS)["scope"].split()) == {
        "https://www.googleapis.com/auth/gmail.readonly",
        "https://www.googleapis.com/auth/calendar.events",
    }


@pytest.mark.parametrize("more", [(), (Resource.EVENT,)], ids=["alone", "with events"])
def test_google_is_asked_for_tasks_where_they_are_kept_in_step(more: tuple[Resource, ...]) -> None:
    scopes = asked(registered(Resource.TASK, *more))["scope"].split()
    assert scopes == [*asked(registered(*more))["scope"].split(), "https://www.googleapis.com/auth/tasks"]


@pytest.mark.parametrize("more", [(), (Resource.EVENT,)], ids=["alone", "with events"])
def test_where_messages_are_labelled_google_is_asked_for_that_in_place_of_reading(more: tuple[Resource, ...]) -> None:
    reading, *others = asked(registered(*more))["scope"].split()
    assert asked(registered(*more, labels=True))["scope"].split() == [reading.replace("readonly", "modify"), *others]


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        ((), None),
        (("gmail.readonly", "calendar.events"), False),
        (("gmail.labels",), False),
        (("gmail.metadata", "gmail.modify"), True),
    ],
)
def test_whether_messages_may_be_labelled_is_what_access_says_it_is_for(
    scopes: tuple[str, ...], may: bool | None
) -> None:
    assert google.may_label([f"https://www.googleapis.com/auth/{scope}" for scope in scopes]) is may


def test_access_to_all_of_mail_lets_us_label() -> None:
    assert google.may_label(["https://mail.google.com/"]) is True


def test_salesforce_is_asked_for_the_interface_and_a_refresh_token_and_nothing_more() -> None:
    assert set(asked(SALESFORCE)["scope"].split()) == {"api", "refresh_token"}


def test_the_account_that_is_expected_is_named() -> None:
    assert asked(GOOGLE, hint="ann@x.example")["login_hint"] == "ann@x.example"


def test_no_account_is_named_where_none_is_expected() -> None:
    assert "login_hint" not in asked(SALESFORCE)


def test_a_grant_shows_no_token_when_printed() -> None:
    grant = oauth.Grant(access_token="seen-nowhere", refresh_token="seen-nowhere", lifetime=1.0)
    assert "seen-nowhere" not in repr(replace(grant, lifetime=2.0))


@pytest.mark.parametrize(
    ("question", "form"),
    [
        (oauth.refresh(SALESFORCE, "r1"), {"grant_type": "refresh_token", "refresh_token": "r1"}),
        (oauth.client_credentials(SALESFORCE), {"grant_type": "client_credentials"}),
        (
            oauth.exchange(SALESFORCE, code="c1", verifier="v1", redirect="https://us.example/back"),
            {
                "grant_type": "authorization_code",
                "code": "c1",
                "code_verifier": "v1",
                "redirect_uri": "https://us.example/back",
            },
        ),
    ],
    ids=["refresh", "client credentials", "code"],
)
def test_our_registration_and_its_secret_go_with_a_question(question: oauth.Question, form: dict[str, str]) -> None:
    own = {"client_id": "ours", "client_secret": "hidden-secret"}
    assert (question.form, question.url) == (form | own, "https://login.example/services/oauth2/token")


def test_no_secret_goes_with_an_assertion() -> None:
    question = oauth.assertion(SALESFORCE, "signed")
    assert question.form == {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "signed"}


def test_a_question_shows_no_secret_when_printed() -> None:
    assert "hidden-secret" not in repr(oauth.refresh(SALESFORCE, "r1"))
