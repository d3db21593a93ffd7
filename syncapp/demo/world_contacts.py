"""The made world's contacts: some forty people whom those of Alpenrad know, in their address books and in Salesforce.

None of them writes, or is invited to anything: who does is known by `cast`. Their addresses begin with a name and end
with the company's, and nobody else in this world has one of these.
"""

from __future__ import annotations

from typing import Any

from syncapp.demo.cast import AKIRA, ANNA, CUSTOMERS, JONAS, LENA, SUPPORT, Colleague
from syncapp.demo.diaries import Body, Card, Client, Diaries

WRITERS = (ANNA, JONAS, AKIRA, SUPPORT)
LABEL = "Salesforce"  # as people call the group
# First name, last name, company: three of these are accounts of Salesforce, and have no trouble.
MET = (
    ("Greta", "Holm", "Nordic Bike Rental"),
    ("結衣", "山本", "Kobe Cycle Works"),
    ("Bruno", "Faber", "Faber Saddles"),
    ("Clara", "Weiss", "Radhaus Wien"),
    ("Diego", "Marin", "Marin Bells"),
    ("健太", "鈴木", "鈴木自転車"),
    ("Elif", "Kaya", ""),
    ("Fiona", "Byrne", "Byrne Baskets"),
    ("Gustav", "Ek", "Nordic Bike Rental"),
    ("Hana", "Kral", "Kral Locks"),
    ("Ivo", "Petrov", ""),
    ("Jana", "", ""),
)
ENTERED = (
    ("Karl", "Linde", "Radhaus Wien"),
    ("Lucia", "Ferri", "Bici & Co"),
    ("美咲", "中村", "Kobe Cycle Works"),
    ("Mats", "Dahl", "Nordic Bike Rental"),
    ("Nora", "Quist", ""),
    ("Otto", "Brand", "Fietsen De Boer"),
    ("Pilar", "Vega", ""),
    ("Rosa", "Amato", "Bici & Co"),
    ("Stefan", "Uhl", "Radhaus Wien"),
    ("Thea", "Moe", ""),
)
BOTH = (("Ulla", "Zander"), ("Viktor", "Ahlgren"), ("Wanda", "Pohl"))
PRIVATE = ("Mum", "Dentist", "Plumber", "Kindergarten", "Neighbour", "Tennis club")


def add_contacts(diaries: Diaries) -> None:
    """Everything of the first day."""
    _shared(diaries)
    _private(diaries)
    _entered(diaries)
    _known_to_both(diaries)
    _left_out(diaries)
    _locked_out(diaries)
    _troubled(diaries)


def _shared(diaries: Diaries) -> None:
    """Of five more each side tells: changed there, thrown away, taken out of what is shared."""
    groups = {2: "changed-there", 4: "thrown-away", 7: "unshared"}
    for number, (first, last, company) in enumerate(MET):
        more: Body = {"biographies": [{"value": f"Met at stand {number + 1} of the fair."}]}
        if number in (0, 6):
            more["emailAddresses"] = [_mail(number, "met"), _mail(number, "home"), _mail(number, "old")]
        if number % 4 == 1:
            more["addresses"] = [{"type": "work", "streetAddress": f"{number} Mill Lane", "city": "Linz"}]
        name = {"givenName": first, **({"familyName": last} if last else {})}
        work = {"name": company, "title": "Buyer"} if company else {"title": "Buyer"}
        body = {"names": [name], "organizations": [work], "phoneNumbers": [_phone(number)], **more}
        _card(diaries, groups.get(number, "acquaintance"), WRITERS[number % 4], _mail(number, "met")["value"], body)


def _private(diaries: Diaries) -> None:
    """Under no label: these are nobody else's business."""
    for number, name in enumerate(PRIVATE):
        body = {"names": [{"givenName": name}], "phoneNumbers": [_phone(80 + number, "mobile")]}
        _card(diaries, "own", WRITERS[number % 4], f"own{number}@private.example", body, shared=False)


def _entered(diaries: Diaries) -> None:
    groups = {1: "changed-here", 4: "deleted-here"}
    for number, (first, last, account) in enumerate(ENTERED):
        fields = {"FirstName": first, "LastName": last, "Title": "Fleet manager", "Phone": f"+43 1 5550{200 + number}"}
        email = f"entered{number}@partners.example"
        _client(diaries, groups.get(number, "client"), WRITERS[number % 4], email, fields, account=account)


def _known_to_both(diaries: Diaries) -> None:
    """The address book knows the number of whom Salesforce knows the job."""
    for number, (first, last) in enumerate(BOTH):
        owner, email = WRITERS[number], f"both{number}@partners.example"
        body = {"names": [{"givenName": first, "familyName": last}], "phoneNumbers": [_phone(40 + number, "mobile")]}
        _card(diaries, "on-both-sides", owner, email, body)
        fields = {"FirstName": first, "LastName": last, "Title": "Head of mobility", "Department": "Fleet"}
        _client(diaries, "on-both-sides", owner, email, fields)


def _left_out(diaries: Diaries) -> None:
    """Two whom Salesforce knows as somebody else's, and one whom Jonas has twice."""
    for number, customer in enumerate((CUSTOMERS[8], CUSTOMERS[9])):
        body = {"names": [{"givenName": customer.first, "familyName": customer.last}]}
        _card(diaries, "someone-elses", WRITERS[number], customer.address, body)
    for _ in range(2):
        body = {"names": [{"givenName": "Xenia", "familyName": "Roth"}], "phoneNumbers": [_phone(50)]}
        _card(diaries, "twice", JONAS, "twice@partners.example", body)


def _locked_out(diaries: Diaries) -> None:
    """Lena's, whose access is revoked."""
    for number, last in enumerate(("Yilmaz", "Zeman")):
        body = {"names": [{"givenName": "Selma", "familyName": last}], "phoneNumbers": [_phone(60 + number)]}
        _card(diaries, "lena-contact", LENA, f"lenas{number}@partners.example", body)
    fields = {"FirstName": "Adrian", "LastName": "Oberhofer", "Title": "Mayor"}
    _client(diaries, "lena-contact", LENA, "mayor@partners.example", fields)


def _troubled(diaries: Diaries) -> None:
    """What will not get through; how it is mended stands in `event_troubles`."""
    for number, (name, email) in enumerate((("Bela", "bela@hotline"), ("Cosima", "cosima@desk"))):
        body = {"names": [{"givenName": name, "familyName": "Reiter"}], "phoneNumbers": [_phone(70 + number)]}
        _card(diaries, "bad-entry", WRITERS[number], email, body)


def _card(diaries: Diaries, group: str, owner: Colleague, email: str, body: Body, *, shared: bool = True) -> None:
    said = {"emailAddresses": [{"value": email, "type": "work"}], **body}
    diaries.cards.append(Card(group=group, owner=owner, body=said, shared=shared))


def _client(diaries: Diaries, group: str, owner: Colleague, email: str, fields: Body, **more: Any) -> None:
    diaries.clients.append(Client(group=group, owner=owner, fields={"Email": email, **fields}, **more))


def _mail(number: int, where: str) -> Body:
    return {"value": f"{where}{number}@partners.example", "type": "work" if where == "met" else "home"}


def _phone(number: int, kind: str = "work") -> Body:
    return {"value": f"+43 1 5550{100 + number}", "type": kind}
