"""E-mail messages and the people they are related to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench


def relations(b: Bench) -> list[tuple[Any, ...]]:
    """(type, whom, address, kind of whom) of all relations, as a query gives them."""
    found = b.sf.query(
        "SELECT RelationType, RelationId, RelationAddress, RelationObjectType FROM EmailMessageRelation"
    )["records"]
    return [(r["RelationType"], r["RelationId"], r["RelationAddress"], r["RelationObjectType"]) for r in found]


def test_ids_become_relations_with_the_addresses_of_their_records(bench: Bench) -> None:
    user = bench.make("User", Username="seller@acme.example")
    contact = bench.make("Contact", Email="c@acme.example")
    lead = bench.make("Lead", Email="l@acme.example")
    bench.message(FromId=user, ToIds=[contact], CcIds=[lead], BccIds=[contact])
    assert relations(bench) == [
        ("FromAddress", user, "seller@acme.example", "User"),
        ("ToAddress", contact, "c@acme.example", "Contact"),
        ("CcAddress", lead, "l@acme.example", "Lead"),
        ("BccAddress", contact, "c@acme.example", "Contact"),
    ]


def test_addresses_become_relations_with_nobody(bench: Bench) -> None:
    bench.message(FromAddress="f@x.example", ToAddress="a@x.example; b@x.example", CcAddress="c@x.example,d@x.example")
    assert relations(bench) == [
        ("FromAddress", None, "f@x.example", None),
        ("ToAddress", None, "a@x.example", None),
        ("ToAddress", None, "b@x.example", None),
        ("CcAddress", None, "c@x.example", None),
        ("CcAddress", None, "d@x.example", None),
    ]


def test_an_address_that_an_id_stands_for_is_not_related_twice(bench: Bench) -> None:
    contact = bench.make("Contact", Email="c@acme.example")
    bench.message(
        ToIds=[contact], ToAddress="C@acme.example, other@acme.example", FromId=contact, FromAddress="c@acme.example"
    )
    assert [(kind, address) for kind, _, address, _ in relations(bench)] == [
        ("FromAddress", "c@acme.example"),
        ("ToAddress", "c@acme.example"),
        ("ToAddress", "other@acme.example"),
    ]


def test_ids_of_15_characters_are_related_as_well(bench: Bench) -> None:
    contact = bench.make("Contact")
    bench.message(ToIds=[contact[:15], contact])
    assert [whom for _, whom, _, _ in relations(bench)] == [contact]


def test_a_query_finds_a_message_by_its_people(bench: Bench) -> None:
    contact = bench.make("Contact", LastName="Meyer", Email="c@acme.example")
    bench.message(Subject="To Meyer", ToIds=[contact])
    bench.message(Subject="To nobody")
    columns = "EmailMessage.Subject, Relation.Name, Relation.Type"
    soql = f"SELECT {columns} FROM EmailMessageRelation WHERE RelationId = '{contact}'"
    found = bench.sf.query(soql)["records"]
    assert [(r["EmailMessage"]["Subject"], r["Relation"]["Name"], r["Relation"]["Type"]) for r in found] == [
        ("To Meyer", "Meyer", "Contact")
    ]


def test_a_message_is_named_after_its_subject(bench: Bench) -> None:
    long, none = bench.message(Subject="x" * 300)["id"], bench.message(Subject=None)["id"]
    assert (bench.row(long)["Name"], bench.row(none)["Name"]) == ("x" * 255, "[No Subject]")


def test_the_text_is_taken_from_the_html_where_there_is_none(bench: Bench) -> None:
    html = "<html><style>p {}</style><body><p>Dear</p> <b>Mr &amp; Mrs</b></body></html>"
    assert bench.row(bench.message(HtmlBody=html)["id"])["TextBody"] == "Dear Mr & Mrs"
    assert bench.row(bench.message(HtmlBody=html, TextBody="mine")["id"])["TextBody"] == "mine"


@pytest.mark.parametrize("given", ["2026-03-01T10:00:00Z", "2026-03-01T12:00:00.999+0200", "2026-03-01T05:00:00-05:00"])
def test_times_are_kept_in_utc_and_whole_seconds(bench: Bench, given: str) -> None:
    made = bench.message(MessageDate=given)["id"]
    assert bench.sf.EmailMessage.get(made)["MessageDate"] == "2026-03-01T10:00:00.000+0000"


def test_a_sent_message_takes_its_custom_fields_and_its_visibility(bench: Bench) -> None:
    made = bench.message()["id"]
    bench.sf.EmailMessage.update(made, {"IsExternallyVisible": False, "Syncapp_Attachments__c": "a.pdf"})
    assert (bench.row(made)["IsExternallyVisible"], bench.row(made)["Syncapp_Attachments__c"]) == (False, "a.pdf")


def test_a_message_of_a_mail_client_can_be_related_to_something_else_later(bench: Bench) -> None:
    made = bench.message(IsClientManaged=True)["id"]
    account = bench.make("Account")
    bench.sf.EmailMessage.update(made, {"RelatedToId": account})
    assert bench.row(made)["RelatedToId"] == account


def test_a_new_message_on_a_case_can_be_marked_as_read(bench: Bench) -> None:
    made = bench.message(Status="0", ParentId=bench.make("Case", Subject="Help"))["id"]
    assert bench.sf.EmailMessage.update(made, {"Status": "1"}) == 204


def test_a_draft_on_a_case_can_be_written_on(bench: Bench) -> None:
    case, contact = bench.make("Case", Subject="Help"), bench.make("Contact", Email="c@acme.example")
    made = bench.message(Status="5", ParentId=case, ToAddress="old@x.example")["id"]
    bench.sf.EmailMessage.update(made, {"Subject": "New", "ToAddress": None, "ToIds": [contact]})
    assert bench.row(made)["Name"] == "New"
    assert [(kind, whom) for kind, whom, _, _ in relations(bench)] == [("ToAddress", contact)]


def test_a_relation_can_be_added_later_with_the_permission(bench: Bench) -> None:
    made, contact = bench.message()["id"], bench.make("Contact", Email="c@acme.example")
    bench.control("permission", name="UpdateEmailMessages")
    relation = {"EmailMessageId": made, "RelationId": contact, "RelationType": "OtherAddress"}
    bench.sf.EmailMessageRelation.create(relation)
    assert relations(bench) == [("OtherAddress", contact, "c@acme.example", "Contact")]


def test_a_deleted_message_takes_its_relations_along_and_brings_them_back(bench: Bench) -> None:
    made = bench.message(ToAddress="a@x.example")["id"]
    bench.sf.EmailMessage.delete(made)
    gone = relations(bench)
    bench.control("undelete", id=made)
    assert (gone, len(relations(bench))) == ([], 1)


def test_a_message_and_its_relations_come_into_being_together(bench: Bench) -> None:
    bench.control("trigger", object="EmailMessage", name="After", event="AfterInsert")
    result = bench.collection({"attributes": {"type": "EmailMessage"}, "Status": "3", "ToAddress": "a@x.example"})
    assert result[0]["success"] is False
    assert bench.rows("EmailMessage") == bench.rows("EmailMessageRelation") == []


def test_a_key_of_a_deleted_message_is_free_again(bench: Bench) -> None:
    bench.sf.EmailMessage.delete(bench.message(Syncapp_Key__c="K1")["id"])
    assert bench.message(Syncapp_Key__c="K1")["success"] is True
