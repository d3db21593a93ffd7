"""`simple-salesforce` on our transport.

It is given a token and nothing to log in with, so that it never renews a session and never sends a request
twice by itself; our session gives it the deadlines it does not have (it sets no timeout anywhere). Its
exceptions throw the answer's headers away, so refusals are read from the session's last answer instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from connectors import network
from connectors.bodies import items, json_value
from connectors.errors import Answer, ConnectorError, Kind
from connectors.records import Allowance
from connectors.salesforce.errors import DIALECT
from connectors.transport import Session, answer_of
from connectors.wire import Wire, host_of

RECORDS = 200  # in one collection
QUERIES = 5  # queries or collections in one Composite request, which counts as one call


class SalesforceClient:
    """Requests to one Salesforce org. Every failure leaves as `ConnectorError`, an address that is none at once."""

    def __init__(self, *, token: str, instance_url: str, version: str, wire: Wire) -> None:
        self.instance_url = instance_url.rstrip("/")
        self._host = host_of(self.instance_url)
        if not self._host:
            raise network.error("HOST_NOT_ALLOWED", self.instance_url[:100])
        self._session = Session(wire)
        self._token = token
        self._version = version
        self._salesforce = Salesforce(
            instance_url=self.instance_url,
            session_id=token,
            version=version,
            session=self._session,
            object_pairs_hook=dict,
        )

    def userinfo(self) -> dict[str, Any]:
        """Who we are (https://help.salesforce.com, “The UserInfo Endpoint”)."""
        response = self._session.get(
            f"{self.instance_url}/services/oauth2/userinfo", headers={"Authorization": f"Bearer {self._token}"}
        )
        if response.status_code != 200:
            raise ConnectorError(DIALECT.verdict(answer_of(response, "userinfo")))
        said = json_value(response.text)
        if not isinstance(said, dict) or not said.get("user_id"):
            raise self._misread()
        return said

    def queries(self, statements: Sequence[str]) -> list[list[dict[str, Any]]]:
        """The rows of up to `QUERIES` statements, in one call plus one for each further 2,000 rows."""
        parts = [
            {
                "method": "GET",
                "referenceId": f"query{number}",
                "url": f"/services/data/v{self._version}/query/?q={quote(statement, safe='')}",
            }
            for number, statement in enumerate(statements)
        ]
        said = self._send("POST", "composite", {"allOrNone": False, "compositeRequest": parts})
        answers = _objects(said.get("compositeResponse") if isinstance(said, dict) else None)
        if len(answers) != len(parts):
            raise self._misread()
        return [self._rows(answer) for answer in answers]

    def create(self, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One result for each of up to `RECORDS` records, in their order; one that fails stops no other."""
        said = self._send("POST", "composite/sobjects", {"allOrNone": False, "records": list(records)})
        results = _objects(said)
        if len(results) != len(records):
            raise self._misread()
        return results

    def last(self) -> Answer | None:
        return self._session.last

    def allowance(self) -> Allowance:
        """Out of `Sforce-Limit-Info: api-usage=18/5000` of the last answer that had one."""
        header = self._session.last.headers.get("sforce-limit-info", "") if self._session.last else ""
        found = re.search(r"api-usage=(\d+)/(\d+)", header)
        return Allowance(used=int(found[1]), allowed=int(found[2])) if found else Allowance()

    def close(self) -> None:
        self._session.close()

    def _send(self, method: str, path: str, body: object) -> Any:
        try:
            return self._salesforce.restful(path, method=method, json=body)
        except SalesforceError as error:
            answer = self._session.last
            raise ConnectorError(DIALECT.verdict(answer or Answer(status=0, body=str(error)))) from error
        except (ValueError, TypeError, RecursionError) as error:  # the library also takes the length of what has none
            raise self._misread() from error

    def _rows(self, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
        body = answer.get("body")
        status = answer.get("httpStatusCode")
        if status != 200 or not isinstance(body, dict):
            inner = Answer(status=status if isinstance(status, int) else 0, body=json.dumps(body))
            raise ConnectorError(DIALECT.verdict(inner))
        rows = self._part(body)
        while not body.get("done", True):
            body = self._send("GET", str(body.get("nextRecordsUrl")).rpartition(f"/v{self._version}/")[2], None)
            rows += self._part(body)
        return rows

    def _part(self, body: Any) -> list[dict[str, Any]]:
        records = body.get("records") if isinstance(body, dict) else None
        if not isinstance(records, list):
            raise self._misread()
        return [*records]

    def _misread(self) -> ConnectorError:
        """A good status with something else behind it: the error that it names, or that there is nothing to read."""
        verdict = DIALECT.verdict(self._session.last or Answer(status=200))
        if verdict.kind is not Kind.UNKNOWN:
            return ConnectorError(verdict)
        return network.error("NON_JSON_ANSWER", self._host, status=200)


def _objects(value: object) -> list[dict[str, Any]]:
    """The JSON objects of a list; what is none is left out."""
    return [each for each in items(value) if isinstance(each, dict)]
