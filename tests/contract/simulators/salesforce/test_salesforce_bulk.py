"""Jobs of Bulk API 2.0 from their making to their results."""

from __future__ import annotations

import csv
import io

import pytest

from tests.contract.simulators.salesforce import bulk_bench as k
from tests.contract.simulators.salesforce.bench import Bench

KEYED = {"operation": "upsert", "externalIdFieldName": "Syncapp_Key__c"}


# -- through the plain library


def test_the_plain_library_inserts_records(bench: Bench) -> None:
    bench.control("bulk", polls=0)
    [told] = bench.sf.bulk2.Lead.insert(records=[{"LastName": "Meyer", "Company": "Acme"}], wait=0)
    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (1, 0)
    assert [row["LastName"] for row in bench.rows("Lead")] == ["Meyer"]


def test_the_plain_library_upserts_updates_and_deletes(bench: Bench) -> None:
    bench.control("bulk", polls=0)
    leads = bench.sf.bulk2.Lead
    leads.upsert(
        records=[{"Syncapp_Key__c": "K1", "LastName": "Meyer", "Company": "Acme"}],
        external_id_field="Syncapp_Key__c",
        wait=0,
    )
    [row] = bench.rows("Lead")
    leads.update(records=[{"Id": row["Id"], "Title": "CEO"}], wait=0)
    assert bench.row(row["Id"])["Title"] == "CEO"
    leads.delete(records=[{"Id": row["Id"]}], wait=0)
    assert bench.rows("Lead") == []


def test_the_plain_library_reads_a_query_in_pages(bench: Bench) -> None:
    bench.control("bulk", polls=0)
    for name in ("Meyer", "Huber", "Gruber"):
        bench.make("Lead", LastName=name)
    pages = list(bench.sf.bulk2.Lead.query("SELECT LastName FROM Lead ORDER BY LastName", max_records=2, wait=0))
    assert pages == ['"LastName"\n"Gruber"\n"Huber"\n', '"LastName"\n"Meyer"\n']


# -- making and moving


def test_a_new_job_is_open_and_says_where_its_content_goes(bench: Bench) -> None:
    told = k.created(bench).json()
    expected = {
        "operation": "insert",
        "object": "Lead",
        "state": "Open",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": 67.0,
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
        "createdById": bench.sim.org.integration_user,
        "contentUrl": f"services/data/v67.0/jobs/ingest/{told['id']}/batches",
    }
    assert {name: told[name] for name in expected} == expected


def test_an_upload_is_answered_without_a_body(bench: Bench) -> None:
    response = k.upload(bench, k.job(bench), k.LEADS)
    assert (response.status_code, response.content) == (201, b"")


@pytest.mark.parametrize(
    ("polls", "states"),
    [
        (0, ["JobComplete", "JobComplete"]),
        (1, ["InProgress", "JobComplete"]),
        (2, ["InProgress", "InProgress", "JobComplete"]),
    ],
)
def test_a_job_moves_on_when_somebody_looks(bench: Bench, polls: int, states: list[str]) -> None:
    bench.control("bulk", polls=polls)
    made = k.job(bench)
    k.upload(bench, made, k.LEADS)
    assert k.become(bench, made).json()["state"] == "UploadComplete"
    assert [k.look(bench, made)["state"] for _ in states] == states


def test_an_open_job_stays_open_however_often_one_looks(bench: Bench) -> None:
    made = k.job(bench)
    assert [k.look(bench, made)["state"] for _ in range(3)] == ["Open"] * 3


def test_nothing_is_written_before_a_job_is_done(bench: Bench) -> None:
    made = k.job(bench)
    k.upload(bench, made, k.LEADS)
    k.become(bench, made)
    k.look(bench, made)
    assert bench.rows("Lead") == []


def test_time_alone_does_not_move_a_job(bench: Bench) -> None:
    made = k.job(bench)
    k.upload(bench, made, k.LEADS)
    k.become(bench, made)
    bench.sim.timeline.move_to(bench.sim.timeline.offset + 3600)
    assert k.look(bench, made)["state"] == "InProgress"


# -- results


def test_what_was_written_is_told_with_its_ids(bench: Bench) -> None:
    rows = k.results(bench, k.done(bench, k.LEADS), "successfulResults")
    assert [(row["sf__Created"], row["LastName"]) for row in rows] == [("true", "Meyer"), ("true", "Huber")]
    assert [row["sf__Id"] for row in rows] == [row["Id"] for row in bench.rows("Lead")]


def test_one_bad_record_does_not_stop_the_others(bench: Bench) -> None:
    made = k.done(bench, "LastName,Company\nMeyer,\nHuber,Acme\n")
    told = k.look(bench, made)
    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (2, 1)
    assert [row["LastName"] for row in bench.rows("Lead")] == ["Huber"]


def test_a_refused_record_is_told_as_it_was_sent(bench: Bench) -> None:
    [row] = k.results(bench, k.done(bench, "LastName,Company\nMeyer,\n"), "failedResults")
    assert (row["sf__Id"], row["LastName"], row["Company"]) == ("", "Meyer", "")


def test_a_refused_change_is_told_with_its_id(bench: Bench) -> None:
    held = bench.make("Lead")
    bench.control("lock", id=held)
    [row] = k.results(bench, k.done(bench, f"Id,Title\n{held},CEO\n", operation="update"), "failedResults")
    assert row["sf__Id"] == held


@pytest.mark.parametrize("path", ["unprocessedrecords", "unprocessedRecords"])
def test_a_failed_job_leaves_its_records_unprocessed(bench: Bench, path: str) -> None:
    made = k.done(bench, "LastName,Shoe__c\nMeyer,44\n")
    assert k.results(bench, made, path) == [{"LastName": "Meyer", "Shoe__c": "44"}]


def test_an_aborted_job_writes_nothing_and_leaves_all(bench: Bench) -> None:
    made = k.job(bench)
    k.upload(bench, made, k.LEADS)
    assert k.become(bench, made, "Aborted").json()["state"] == "Aborted"
    assert len(k.results(bench, made, "unprocessedrecords")) == 2
    assert bench.rows("Lead") == []


def test_a_job_under_way_can_be_aborted(bench: Bench) -> None:
    made = k.job(bench)
    k.upload(bench, made, k.LEADS)
    k.become(bench, made)
    k.look(bench, made)
    k.become(bench, made, "Aborted")
    assert k.look(bench, made)["state"] == "Aborted"
    assert bench.rows("Lead") == []


def test_a_job_that_is_done_can_be_deleted(bench: Bench) -> None:
    made = k.done(bench, k.LEADS)
    assert bench.send("DELETE", f"jobs/ingest/{made}").status_code == 204
    assert bench.send("GET", f"jobs/ingest/{made}").status_code == 404


def test_an_upsert_says_which_records_are_new(bench: Bench) -> None:
    bench.make("Lead", Syncapp_Key__c="K1")
    made = k.done(bench, "Syncapp_Key__c,LastName,Company\nK1,Meyer,Acme\nK2,Huber,Acme\n", **KEYED)
    assert [row["sf__Created"] for row in k.results(bench, made, "successfulResults")] == ["false", "true"]


def test_a_key_that_stands_twice_among_two_hundred_is_written_by_neither(bench: Bench) -> None:
    rows = [f"N{number},Acme,K{number}" for number in range(199)]
    content = "\n".join(["LastName,Company,Syncapp_Key__c", *rows, "Twin,Acme,K0", "Late,Acme,K1", ""])
    made = k.done(bench, content, **KEYED)
    assert [row["Syncapp_Key__c"] for row in k.results(bench, made, "failedResults")] == ["K0", "K0"]
    assert {row["LastName"] for row in bench.rows("Lead")} >= {"Late", "N2"}


def test_results_are_csv_in_quotes(bench: Bench) -> None:
    made = k.done(bench, k.LEADS)
    response = bench.send("GET", f"jobs/ingest/{made}/successfulResults")
    assert response.headers["Content-Type"] == "text/csv"
    assert response.text.splitlines()[0] == '"sf__Id","sf__Created","LastName","Company"'


def test_a_user_lists_its_own_jobs(bench: Bench) -> None:
    made = k.job(bench)
    k.job(bench.administrator())
    told = bench.send("GET", "jobs/ingest").json()
    assert ([row["id"] for row in told["records"]], told["done"]) == ([made], True)


def test_an_administrator_lists_all_jobs(bench: Bench) -> None:
    made = [k.job(bench), k.job(bench.administrator())]
    told = bench.administrator().send("GET", "jobs/ingest").json()
    assert [row["id"] for row in told["records"]] == made


# -- CSV


def test_an_empty_value_leaves_a_field_alone(bench: Bench) -> None:
    kept = bench.make("Lead", Title="CEO")
    k.done(bench, f"Id,Title,Phone\n{kept},,1\n", operation="update")
    assert (bench.row(kept)["Title"], bench.row(kept)["Phone"]) == ("CEO", "1")


def test_a_sign_for_nothing_empties_a_field(bench: Bench) -> None:
    emptied = bench.make("Lead", Title="CEO")
    k.done(bench, f"Id,Title\n{emptied},#N/A\n", operation="update")
    assert bench.row(emptied)["Title"] is None


def test_a_value_may_hold_quotes_delimiters_and_lines(bench: Bench) -> None:
    k.done(bench, 'LastName,Company,Description\nMeyer,"Acme, ""Inc""","one\ntwo"\n')
    [row] = bench.rows("Lead")
    assert (row["Company"], row["Description"]) == ('Acme, "Inc"', "one\ntwo")


@pytest.mark.parametrize(
    ("cell", "value"), [("true", True), ("TRUE", True), ("1", True), ("false", False), ("0", False)]
)
def test_a_boolean_has_several_words(bench: Bench, cell: str, value: bool) -> None:
    k.done(bench, f"LastName,HasOptedOutOfEmail\nMeyer,{cell}\n", object="Contact")
    assert bench.rows("Contact")[0]["HasOptedOutOfEmail"] is value


def test_numbers_and_times_are_read(bench: Bench) -> None:
    content = "Subject,StartDateTime,DurationInMinutes,Syncapp_Version__c\nMeeting,2026-12-01T10:00:00Z,60,3\n"
    k.done(bench, content, object="Event")
    [row] = bench.rows("Event")
    assert (row["DurationInMinutes"], row["Syncapp_Version__c"]) == (60, 3.0)


@pytest.mark.parametrize(("delimiter", "sign"), [("SEMICOLON", ";"), ("TAB", "\t"), ("PIPE", "|"), ("CARET", "^")])
def test_a_job_has_its_own_delimiter(bench: Bench, delimiter: str, sign: str) -> None:
    made = k.done(bench, k.LEADS.replace(",", sign), columnDelimiter=delimiter)
    text = bench.send("GET", f"jobs/ingest/{made}/successfulResults").text
    assert len(bench.rows("Lead")) == 2
    assert text.startswith(f'"sf__Id"{sign}"sf__Created"')


def test_a_job_has_its_own_line_ending(bench: Bench) -> None:
    made = k.done(bench, k.LEADS.replace("\n", "\r\n"), lineEnding="CRLF")
    assert bench.send("GET", f"jobs/ingest/{made}/successfulResults").text.count("\r\n") == 3
    assert len(bench.rows("Lead")) == 2


def test_a_mark_of_byte_order_is_no_part_of_the_first_name(bench: Bench) -> None:
    k.done(bench, b"\xef\xbb\xbf" + k.LEADS.encode())
    assert len(bench.rows("Lead")) == 2


# -- queries


def test_a_query_job_is_under_way_at_once(bench: Bench) -> None:
    told = k.created(bench, "query").json()
    assert (told["state"], told["operation"], told["object"]) == ("UploadComplete", "query", "Lead")


def test_the_pages_of_a_query_follow_each_other(bench: Bench) -> None:
    for number in range(5):
        bench.make("Lead", Title=str(number))
    made = k.queried(bench, "SELECT Title FROM Lead ORDER BY Title")
    locator, seen, sizes = "", [], []
    while locator != "null":
        answer = k.page(bench, made, maxRecords=2, **({"locator": locator} if locator else {}))
        seen += [row["Title"] for row in csv.DictReader(io.StringIO(answer.text))]
        sizes.append(answer.headers["Sforce-NumberOfRecords"])
        locator = answer.headers["Sforce-Locator"]
    assert (seen, sizes) == (["0", "1", "2", "3", "4"], ["2", "2", "1"])


def test_a_query_without_records_has_a_header_alone(bench: Bench) -> None:
    answer = k.page(bench, k.queried(bench, "SELECT Id, Name FROM Lead"))
    assert (answer.text, answer.headers["Sforce-NumberOfRecords"]) == ('"Id","Name"\n', "0")
    assert answer.headers["Sforce-Locator"] == "null"


def test_a_parent_is_told_by_its_path(bench: Bench) -> None:
    bench.make("Contact", AccountId=bench.make("Account"))
    bench.make("Contact")
    made = k.queried(bench, "SELECT Account.Name, HasOptedOutOfEmail FROM Contact")
    assert k.page(bench, made).text == '"Account.Name","HasOptedOutOfEmail"\n"Acme","false"\n"","false"\n'


def test_query_all_looks_through_the_recycle_bin(bench: Bench) -> None:
    bench.control("delete", id=bench.make("Lead"))
    plain = k.page(bench, k.queried(bench, "SELECT Id FROM Lead"))
    all_ = k.page(bench, k.queried(bench, "SELECT Id FROM Lead", operation="queryAll"))
    assert [one.headers["Sforce-NumberOfRecords"] for one in (plain, all_)] == ["0", "1"]


def test_a_query_whose_field_is_hidden_meanwhile_fails(bench: Bench) -> None:
    made = k.job(bench, "query", query="SELECT Rating FROM Lead")
    bench.control("field-access", object="Lead", field="Rating", access="none")
    told = [k.look(bench, made, "query") for _ in range(2)][-1]
    assert told["state"] == "Failed"
    assert told["errorMessage"].startswith("INVALID_FIELD")


def test_a_query_job_can_be_aborted_and_deleted(bench: Bench) -> None:
    made = k.job(bench, "query")
    assert k.become(bench, made, "Aborted", "query").json()["state"] == "Aborted"
    assert bench.send("DELETE", f"jobs/query/{made}").status_code == 204


def test_the_door_tells_how_jobs_are_kept(bench: Bench) -> None:
    assert bench.control("bulk") == {"polls": 1, "bytes": 150_000_000}
