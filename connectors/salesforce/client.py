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
from urllib.parse import quote, urlsplit

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from connectors import network
from connectors.errors import Answer, ConnectorError
from connectors.records import Allowance
from connectors.salesforce.errors import DIALECT
from connectors.transport import Session, answer_of
from connectors.wire import Wire

RECORDS = 200  # in one collection
QUERIES = 5  # queries or collections in one Composite request, which counts as one call


class SalesforceClient:
    """Requests to one Salesforce org. Every failure leaves as `ConnectorError`."""

    def __init__(self, *, token: str, instance_url: str, version: str, wire: Wire) -> None:
        self.instance_url = instance_url.rstrip("/")
        self._host = urlsplit(self.instance_url).netloc
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
        return self._object(response.text)

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
        answers = said.get("compositeResponse", []) if isinstance(said, dict) else []
        if len(answers) < len(parts):
            raise network.error("TRUNCATED_ANSWER", self._host, status=200)
        return [self._rows(answer) for answer in answers]

    def create(self, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One result for each of up to `RECORDS` records, in their order; one that fails stops no other."""
        said = self._send("POST", "composite/sobjects", {"allOrNone": False, "records": list(records)})
        if not isinstance(said, list) or len(said) != len(records):
            raise network.error("TRUNCATED_ANSWER", self._host, status=200)
        return said

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
        except ValueError as error:
            raise network.error("NON_JSON_ANSWER", self._host, status=200) from error

    def _rows(self, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
        body = answer.get("body")
        if answer.get("httpStatusCode") != 200 or not isinstance(body, dict):
            inner = Answer(status=int(answer.get("httpStatusCode", 0)), body=json.dumps(body))
            raise ConnectorError(DIALECT.verdict(inner))
        rows = list(body["records"])
        while not body.get("done", True):
            body = self._send("GET", body["nextRecordsUrl"].split(f"/v{self._version}/", 1)[1], None)
            rows += body["records"]
        return rows

    def _object(self, text: str) -> dict[str, Any]:
        try:
            said = json.loads(text)
        except ValueError as error:
            raise network.error("NON_JSON_ANSWER", self._host, status=200) from error
        return said if isinstance(said, dict) else {}
