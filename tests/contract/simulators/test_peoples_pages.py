"""The pages behind the links “Open in Gmail” and “Open in Salesforce”."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
import requests

from connectors.google.links import message_url
from connectors.simulators.theatre import Theatre

RAW = b"From: ann@customer.example\r\nTo: box@ours.example\r\nSubject: <b>Offer</b>\r\n\r\nDear <i>friends</i>\r\n"


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    stage = Theatre(folder=tmp_path_factory.mktemp("theatre"), smtp_port=0)
    stage.start()
    yield stage
    stage.stop()


def get(theatre: Theatre, url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, verify=str(theatre.certificate.ca), timeout=10)


def test_a_link_into_gmail_leads_to_the_message(theatre: Theatre) -> None:
    theatre.open_accounts("box@ours.example")
    raw = base64.b64encode(RAW).decode()
    made = theatre.google.control("deliver", {"accounts": ["box@ours.example"], "raw": raw})
    message_id = made["box@ours.example"]["id"]
    url = message_url(theatre.google.base_url, "box@ours.example", message_id)
    page = get(theatre, url)
    assert page.status_code == 200
    assert f'id="{url.partition("#")[2]}"' in page.text
    assert "<b>Offer</b>" not in page.text
    assert "&lt;b&gt;Offer&lt;/b&gt;" in page.text


def test_a_message_shows_its_labels_by_their_names(theatre: Theatre) -> None:
    theatre.open_accounts("labelled@ours.example")
    theatre.google.control("label", {"account": "labelled@ours.example", "name": "Clients/<New>"})
    raw = base64.b64encode(RAW).decode()
    letter = {"accounts": ["labelled@ours.example"], "raw": raw, "labels": ["INBOX", "Clients/<New>"]}
    theatre.google.control("deliver", letter)
    page = get(theatre, f"{theatre.google.base_url}/mail/?authuser=labelled@ours.example")
    assert "<td>INBOX, Clients/&lt;New&gt;</td>" in page.text


def test_the_mail_of_nobody_is_not_there(theatre: Theatre) -> None:
    assert get(theatre, f"{theatre.google.base_url}/mail/?authuser=nobody@ours.example").status_code == 404


def test_a_link_into_salesforce_leads_to_the_record(theatre: Theatre) -> None:
    made = theatre.salesforce.control("create", {"object": "Contact", "fields": {"LastName": "<Smith>"}})
    page = get(theatre, f"{theatre.salesforce.base_url}/{made['id']}")
    assert page.status_code == 200
    assert "&lt;Smith&gt;" in page.text


def test_a_record_in_the_bin_says_so(theatre: Theatre) -> None:
    made = theatre.salesforce.control("create", {"object": "Contact", "fields": {"LastName": "Gone"}})
    theatre.salesforce.control("delete", {"id": made["id"]})
    assert "recycle bin" in get(theatre, f"{theatre.salesforce.base_url}/{made['id']}").text


def test_without_an_id_salesforce_shows_its_latest_messages(theatre: Theatre) -> None:
    assert get(theatre, f"{theatre.salesforce.base_url}/").status_code == 200


def test_an_unknown_id_is_not_there(theatre: Theatre) -> None:
    assert get(theatre, f"{theatre.salesforce.base_url}/003000000000001AAA").status_code == 404
