"""Contacts of the Google simulator, with Google's own client library, and a few of them to put there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import google_auth_httplib2  # type: ignore[import-untyped]  # has no stubs
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError

from tests.contract.simulators.google_world import ADA, Case, GoogleWorld, Got, NewCredentials

CONTACTS = "https://www.googleapis.com/auth/contacts"
READ_ONLY = f"{CONTACTS}.readonly"
MY = "people/me"
USUAL = "names,emailAddresses"
WITH_METADATA = f"metadata,{USUAL}"
LIST = "/v1/people/me/connections"
DAY = 86_400
DOCUMENT = json.loads(get_static_doc("people", "v1"))

CAROL = {
    "names": [{"givenName": "Carol", "familyName": "Cole"}],
    "emailAddresses": [
        {"value": "carol@customer.example", "type": "work"},
        {"value": "carol@home.example", "type": "home"},
    ],
    "phoneNumbers": [{"value": "+49 30 123 45", "type": "mobile"}],
    "organizations": [{"name": "Customer Ltd", "title": "Buyer", "department": "Purchasing"}],
}
DAN = {"names": [{"givenName": "Dan"}], "emailAddresses": [{"value": "dan@customer.example"}]}
EVE = {"names": [{"givenName": "Eve", "familyName": "Adams"}]}


def address_book(google: GoogleWorld, email: str = ADA, *scopes: str) -> Any:
    """The service People for an account that may read and write its contacts, unless other scopes are named."""
    token = google.account(email, *(scopes or (CONTACTS,)))["access_token"]
    http = google_auth_httplib2.AuthorizedHttp(NewCredentials(token=token), http=google.http())
    document = json.loads(json.dumps(DOCUMENT))
    document["rootUrl"] = document["mtlsRootUrl"] = f"{google.url}/"
    return build_from_document(document, http=http)


def people(google: GoogleWorld, email: str = ADA, *scopes: str) -> Any:
    return address_book(google, email, *scopes).people()


def put(google: GoogleWorld, contact: dict[str, Any] | None = None, email: str = ADA) -> dict[str, Any]:
    """Creates a contact; what the API answers."""
    answer: dict[str, Any] = people(google, email).createContact(body=contact or CAROL).execute()
    return answer


def stocked(google: GoogleWorld, email: str = ADA) -> dict[str, str]:
    """Puts Carol, Dan and Eve into the account's contacts, past the API; their resource names by given name."""
    google.account(email, CONTACTS)
    three = {"Carol": CAROL, "Dan": DAN, "Eve": EVE}
    return {n: str(google.door("contact", account=email, contact=c)["resourceName"]) for n, c in three.items()}


def some(google: GoogleWorld, count: int) -> list[str]:
    """Puts so many contacts past every quota; their resource names."""
    google.account(ADA, CONTACTS)
    names = [{"names": [{"givenName": f"Number {n:03}"}]} for n in range(count)]
    return [str(google.door("contact", account=ADA, contact=one)["resourceName"]) for one in names]


def connections(service: Any, **query: Any) -> list[dict[str, Any]]:
    """All pages of the list."""
    found: list[dict[str, Any]] = []
    request = service.connections().list(**{"resourceName": MY, "personFields": USUAL} | query)
    while request is not None:
        answer = request.execute()
        found += answer.get("connections", [])
        request = service.connections().list_next(request, answer)
    return found


def sync_token(service: Any, **query: Any) -> str:
    asked = {"resourceName": MY, "personFields": WITH_METADATA, "requestSyncToken": True} | query
    return str(service.connections().list(**asked).execute()["nextSyncToken"])


def changes(service: Any, token: str, **query: Any) -> list[dict[str, Any]]:
    return connections(service, **{"personFields": WITH_METADATA, "syncToken": token} | query)


def first_names(persons: list[dict[str, Any]]) -> list[str]:
    return [person["names"][0]["givenName"] for person in persons]


# -- Refusals


def refused(request: Any) -> Got:
    """The refusal of a request of Google's library, its shape checked."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    return refusal(int(caught.value.resp.status), caught.value.resp["content-type"], caught.value.content)


def refusal(status: int, content_type: str, content: bytes) -> Got:
    """The newer envelope, without `errors`. The code is the reason of a detail, else the status."""
    body = json.loads(content)
    error = body["error"]
    assert content_type == "application/json; charset=UTF-8"
    assert set(body) == {"error"}
    assert {"code", "message", "status"} <= set(error) <= {"code", "message", "status", "details"}
    assert error["code"] == status
    reasons = [detail["reason"] for detail in error.get("details", []) if "reason" in detail]
    return Got(status=status, code=(reasons or [error["status"]])[0], message=error["message"])


def refused_raw(answer: Any) -> Got:
    return refusal(answer.status_code, answer.headers["content-type"], answer.content)


def asks(request: Callable[[Any], Any], *scopes: str) -> Case:
    """A request of the library, built from the service of an account without contacts."""
    return lambda google: refused(request(people(google, ADA, *scopes)))


def about(request: Callable[[Any, dict[str, Any]], Any]) -> Case:
    """A request about a contact that is there."""

    def case(google: GoogleWorld) -> Got:
        person = put(google)
        return refused(request(people(google), person))

    return case


def lists(**query: Any) -> Case:
    """A list whose parameters stand beside the usual ones, or in place of them."""
    return asks(lambda service: service.connections().list(**{"resourceName": MY, "personFields": USUAL} | query))


def creates(**fields: Any) -> Case:
    """A new contact with these fields beside Carol's, or in place of them."""
    return asks(lambda service: service.createContact(body=CAROL | fields))
