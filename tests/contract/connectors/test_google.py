"""The contract on the Google connector, over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from connectors.google.client import GmailClient, Http
from connectors.records import Email, Flag, Resource
from connectors.simulators.authority import Certificate
from connectors.simulators.google import GoogleSimulator
from tests.builders import email
from tests.contract.connectors import google_contact_stage, google_task_stage
from tests.contract.connectors.attachment_contract import AttachmentContract
from tests.contract.connectors.contact_mail_contract import ContactMailContract
from tests.contract.connectors.event_mail_contract import EventMailContract
from tests.contract.connectors.further_contract import FurtherContract
from tests.contract.connectors.google_contact_stage import GoogleContactStage
from tests.contract.connectors.google_event_stage import GoogleEventStage
from tests.contract.connectors.google_stage import GoogleStage
from tests.contract.connectors.google_task_stage import GoogleTaskStage
from tests.contract.connectors.headers_contract import HeadersContract
from tests.contract.connectors.label_contract import LabelContract
from tests.contract.connectors.mail_contract import MailConnectorContract, caught_up, pages, refused
from tests.contract.connectors.stage import CountingServer, MailStage, reach
from tests.contract.connectors.task_mail_contract import TaskMailContract
from tests.corpus.make_mail import FOLDER


class TestGoogle(AttachmentContract, HeadersContract, LabelContract, MailConnectorContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture
    def stage(
        self, google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[GoogleStage]:
        simulator = GoogleSimulator()
        simulator.base_url = google_server.url
        google_server.simulator = simulator
        made = GoogleStage(
            server=google_server, certificate=contract_certificate, simulator=simulator, patch=monkeypatch
        )
        yield made
        made.closing.close()

    def test_a_cursor_of_another_mailbox_is_noticed_before_google_is_asked(self, stage: GoogleStage) -> None:
        """Gmail would follow it, if only it is recent enough."""
        cursor = caught_up(stage.neighbour().open())
        before = stage.calls()
        assert refused(lambda: pages(stage.open(), cursor)).code == "engine.CURSOR_FOREIGN"
        assert stage.calls() == before

    @pytest.mark.xfail(reason="Gmail lists a mailbox newest first and offers no other order", strict=True)
    def test_a_full_read_comes_oldest_first(self, stage: MailStage) -> None:
        super().test_a_full_read_comes_oldest_first(stage)

    @pytest.mark.parametrize("name", ["10-bounce.eml", "11-auto-reply.eml", "47-generated.eml"])
    def test_headers_alone_say_that_nobody_wrote_it(self, stage: GoogleStage, name: str) -> None:
        ref = stage.deliver_raw((FOLDER / name).read_bytes())
        (found,) = stage.open_for_headers().get(Resource.EMAIL, [ref])
        assert isinstance(found, Email)
        assert Flag.AUTOMATIC in found.flags

    def test_where_headers_alone_are_wanted_no_word_of_a_message_is_sent_at_all(self, stage: GoogleStage) -> None:
        """Gmail adds the first words to whatever it tells of a message, unless it is asked for less."""
        ref = stage.deliver(email(text="the price is 7,000"))
        http = stage.closing.keep(Http(token=stage.token, wire=reach(stage.simulator, stage.certificate)))
        client = GmailClient(http=http, api_root=stage.simulator.base_url)
        whole, (bare,) = client.message_headers(ref.id), client.headers([ref.id])
        assert ("7,000" in str(whole), "7,000" in bare.body, "Renewal" in bare.body) == (True, False, True)


class TestGoogleCalendar(EventMailContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture
    def stage(
        self, google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[GoogleEventStage]:
        simulator = GoogleSimulator()
        simulator.base_url = google_server.url
        google_server.simulator = simulator
        made = GoogleEventStage(
            server=google_server, certificate=contract_certificate, simulator=simulator, patch=monkeypatch
        )
        yield made
        made.closing.close()


class TestGoogleFurther(FurtherContract):
    @pytest.fixture
    def stage(
        self, google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[GoogleEventStage]:
        simulator = GoogleSimulator()
        simulator.base_url = google_server.url
        google_server.simulator = simulator
        made = GoogleEventStage(
            server=google_server, certificate=contract_certificate, simulator=simulator, patch=monkeypatch
        )
        yield made
        made.closing.close()


class TestGoogleTasks(TaskMailContract):
    provider: ClassVar[str] = "google"
    tells_of_lists: ClassVar[bool] = False

    @pytest.fixture
    def stage(
        self, google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[GoogleTaskStage]:
        with google_task_stage.standing(google_server, contract_certificate, monkeypatch) as made:
            yield made


class TestGoogleContacts(ContactMailContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture
    def stage(
        self, google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[GoogleContactStage]:
        with google_contact_stage.standing(google_server, contract_certificate, monkeypatch) as made:
            yield made
