"""Keys to both sides: stored before they are used, refreshed by one at a time, lost by nobody's crash."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from connectors import clock, credentials
from connectors.effects import crash_points
from connectors.errors import ConnectorError, Kind
from connectors.models import Activity, Credential, Mailbox, Verb
from connectors.oauth import Grant
from connectors.simulators.faults import Fault
from tests import builders
from tests.conftest import Time
from tests.integration.ground.tokens import FRESH, TokenServer

pytestmark = pytest.mark.django_db


class Crash(BaseException):
    pass


def stored(credential: Credential) -> Credential:
    return Credential.everywhere.get(pk=credential.pk)


def another_hand(credential: Credential) -> Credential:
    """The same credential as another process holds it."""
    return Credential.everywhere.get(pk=credential.pk)


# -- Storing


def test_what_was_granted_opens_the_provider(credential: Credential, tokens: TokenServer) -> None:
    assert credentials.access(stored(credential)).token == "access-0"
    assert tokens.asked == []


def test_a_new_grant_takes_the_place_of_the_old_one(credential: Credential, google_mailbox: Mailbox) -> None:
    newer = Grant(access_token="a9", refresh_token="r9", lifetime=60.0)
    credentials.store(google_mailbox.organization, "google", newer, mailbox=google_mailbox)
    assert stored(credential).grant == {"refresh_token": "r9"}
    assert Credential.everywhere.count() == 1


def test_storing_is_told_in_the_journal_without_the_token(credential: Credential, google_mailbox: Mailbox) -> None:
    row = Activity.everywhere.get(verb=Verb.CREDENTIAL_STORED)
    assert (row.mailbox, row.note) == (google_mailbox, f"google: {google_mailbox.address}")


def test_a_mailbox_and_its_organization_have_credentials_of_their_own(google_mailbox: Mailbox) -> None:
    organization = builders.organization(crm="salesforce")
    box = builders.mailbox(organization, provider="google")
    credentials.store(organization, "google", FRESH, mailbox=box)
    assert credentials.of_crm(organization) is None
    credentials.store(organization, "salesforce", FRESH)
    assert credentials.of_crm(organization) != credentials.of_mailbox(box) is not None


def test_where_the_answer_names_no_instance_the_old_one_stays(google_mailbox: Mailbox) -> None:
    first = Grant(access_token="a", refresh_token="r", lifetime=60.0, instance_url="https://x.my.salesforce.com")
    credentials.store(google_mailbox.organization, "salesforce", first)
    again = credentials.store(google_mailbox.organization, "salesforce", FRESH)
    assert again.access["instance_url"] == "https://x.my.salesforce.com"


# -- Refreshing


@pytest.mark.parametrize(
    ("seconds", "refreshed"),
    [(0, False), (3500, False), (3541, True), (3600, True), (90_000, True)],  # an hour, less the minute of warning
)
def test_a_token_is_refreshed_before_it_ends(
    credential: Credential, tokens: TokenServer, time: Time, seconds: int, refreshed: bool
) -> None:
    time.move(seconds=seconds)
    assert credentials.access(stored(credential)).token == ("access-1" if refreshed else "access-0")


def test_a_credential_without_an_access_token_is_refreshed(credential: Credential, tokens: TokenServer) -> None:
    Credential.everywhere.update(access=None, access_until=None)
    assert credentials.access(stored(credential)).token == "access-1"


def test_our_registration_goes_with_the_question(
    credential: Credential, tokens: TokenServer, settings: Settings
) -> None:
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = "ours", "secret"
    credentials.refresh(stored(credential))
    assert tokens.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-0",
            "client_id": "ours",
            "client_secret": "secret",
        }
    ]


def test_a_rotated_refresh_token_is_kept(credential: Credential, tokens: TokenServer) -> None:
    for number in (1, 2, 3):
        assert credentials.refresh(stored(credential)).token == f"access-{number}"
    assert stored(credential).grant == {"refresh_token": "refresh-3"}


def test_without_rotation_the_refresh_token_stays(credential: Credential, tokens: TokenServer) -> None:
    tokens.rotates = False
    credentials.refresh(stored(credential))
    assert stored(credential).grant == {"refresh_token": "refresh-0"}


def test_a_new_refresh_token_is_in_the_database_before_anything_uses_it(
    credential: Credential, tokens: TokenServer
) -> None:
    seen: dict[str, str] = {}

    def look(point: str) -> None:
        if point == "credential: store refresh: after commit":
            seen.update(stored(credential).grant)

    with crash_points(look):
        credentials.refresh(stored(credential))
    assert seen == {"refresh_token": "refresh-1"}


# -- One refresher


def test_whoever_comes_second_waits_for_the_first_and_uses_what_it_got(
    credential: Credential, tokens: TokenServer
) -> None:
    second, waits = another_hand(credential), list[float]()

    def while_the_first_is_at_it(_: float) -> None:
        waits.append(_)
        if len(waits) == 3:  # now the first one's answer is stored
            Credential.everywhere.update(refreshing_until=None)
            credentials.refresh(another_hand(credential))

    Credential.everywhere.update(refreshing_until=clock.now() + timedelta(seconds=90))
    assert credentials.refresh(second, pause=while_the_first_is_at_it).token == "access-1"
    assert len(tokens.asked) == 1


def test_whoever_comes_after_it_is_done_uses_what_it_got(credential: Credential, tokens: TokenServer) -> None:
    """Both found the token refused; asking twice would burn a refresh token for nothing."""
    late = another_hand(credential)
    credentials.refresh(another_hand(credential))
    assert credentials.refresh(late).token == "access-1"
    assert len(tokens.asked) == 1
    assert stored(credential).refreshing_until is None


def test_a_refresher_that_never_comes_back_is_not_waited_for_without_end(
    credential: Credential, tokens: TokenServer
) -> None:
    Credential.everywhere.update(refreshing_until=clock.now() + timedelta(days=1))
    with pytest.raises(ConnectorError) as caught:
        credentials.refresh(stored(credential), pause=lambda _: None)
    assert caught.value.failure.kind is Kind.TRANSIENT
    assert tokens.asked == []


def test_the_right_to_refresh_ends_by_itself(credential: Credential, tokens: TokenServer, time: Time) -> None:
    Credential.everywhere.update(refreshing_until=clock.now() + credentials.REFRESH_CLAIM)
    time.move(seconds=credentials.REFRESH_CLAIM.total_seconds() + 1)
    assert credentials.refresh(stored(credential)).token == "access-1"


# -- What goes wrong


def test_a_refused_refresh_is_said_and_not_repeated(credential: Credential, tokens: TokenServer) -> None:
    tokens.good = "another"
    with pytest.raises(ConnectorError) as caught:
        credentials.refresh(stored(credential))
    failure = caught.value.failure
    assert (failure.kind, failure.code) == (Kind.AUTH, "google_oauth.invalid_grant/revoked")
    assert len(tokens.asked) == 1


@pytest.mark.parametrize("fault", [{"action": "drop_before"}, {"action": "answer", "status": 503, "body": "{}"}])
def test_a_refresh_that_did_not_get_through_leaves_everything_as_it_was(
    credential: Credential, tokens: TokenServer, fault: dict[str, object]
) -> None:
    tokens.faults.append(Fault.of(fault))
    with pytest.raises(ConnectorError):
        credentials.refresh(stored(credential))
    assert stored(credential).refreshing_until is None
    assert credentials.refresh(stored(credential)).token == "access-1"


def test_a_crash_between_the_answer_and_our_commit_ends_as_refused_access(
    credential: Credential, tokens: TokenServer, time: Time
) -> None:
    """With rotation the old token is dead then; what must not happen is a loop, or silence."""

    def crash(point: str) -> None:
        if point == "credential: refresh: after":
            raise Crash

    with pytest.raises(Crash), crash_points(crash):
        credentials.refresh(stored(credential))
    time.move(seconds=91)
    with pytest.raises(ConnectorError) as caught:
        credentials.refresh(stored(credential))
    assert caught.value.failure.kind is Kind.AUTH
    assert len(tokens.asked) == 2


def test_access_that_a_person_renewed_meanwhile_is_not_overwritten(
    credential: Credential, google_mailbox: Mailbox, tokens: TokenServer
) -> None:
    newer = Grant(access_token="by-hand", refresh_token="by-hand", lifetime=3600.0)
    waiting = stored(credential)

    def renew(point: str) -> None:
        if point == "credential: refresh: after":
            credentials.store(google_mailbox.organization, "google", newer, mailbox=google_mailbox)

    with crash_points(renew):
        assert credentials.refresh(waiting).token == "by-hand"
    assert stored(credential).grant == {"refresh_token": "by-hand"}


def test_a_refusal_of_what_a_person_has_renewed_meanwhile_counts_for_nothing(
    credential: Credential, google_mailbox: Mailbox, tokens: TokenServer
) -> None:
    newer = Grant(access_token="by-hand", refresh_token="by-hand", lifetime=3600.0)
    tokens.good = "another"

    def renew(point: str) -> None:
        if point == "credential: give up refresh: before commit":
            credentials.store(google_mailbox.organization, "google", newer, mailbox=google_mailbox)

    with crash_points(renew):
        assert credentials.refresh(stored(credential)).token == "by-hand"


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "null", '{"access_token": 1, "expires_in": "soon"}', "<html>sign in</html>"]
)
def test_a_200_without_a_token_is_no_token(credential: Credential, tokens: TokenServer, body: str) -> None:
    tokens.faults.append(Fault.of({"action": "answer", "status": 200, "body": body}))
    with pytest.raises(ConnectorError) as caught:
        credentials.refresh(stored(credential))
    assert caught.value.failure.code == "network.NON_JSON_ANSWER"
