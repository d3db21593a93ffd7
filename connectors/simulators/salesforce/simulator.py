"""Salesforce as a server: an org behind OAuth and the REST API, and the control door's rooms for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce import authorize, control, oauth, page, records_page, rest
from connectors.simulators.salesforce.org import INTEGRATION, Org, new_org
from connectors.simulators.simulator import Call, Reply, Request, Simulator
from connectors.simulators.timeline import Timeline

Endpoint = Callable[[Org, Request, Call, float, str], Reply]

SOAP_FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<soapenv:Body><soapenv:Fault><faultcode>sf:INVALID_OPERATION</faultcode>"
    "<faultstring>INVALID_OPERATION: SOAP API login() is disabled by default in this org.</faultstring>"
    '<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>INVALID_OPERATION</sf:exceptionCode>'
    "<sf:exceptionMessage>SOAP API login() is disabled by default in this org.</sf:exceptionMessage>"
    "</sf:LoginFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
)


def _soap(_: Org, __: Request, call: Call, ___: float, ____: str) -> Reply:
    """SOAP login() is off in every new org, and this simulator speaks no other SOAP."""
    call.operation = "soap.login"
    return Reply(status=500, headers={"Content-Type": "text/xml;charset=UTF-8"}, body=SOAP_FAULT.encode())


EXACT: dict[str, Endpoint] = {
    "/services/oauth2/authorize": authorize.authorize,
    "/services/oauth2/token": oauth.token,
    "/services/oauth2/revoke": oauth.revoke,
    "/services/oauth2/userinfo": oauth.userinfo,
}
BENEATH: dict[str, Endpoint] = {
    "/services/data": rest.answer,
    "/services/Soap/": _soap,
    "/id/": oauth.identity,
}


class SalesforceSimulator(Simulator):
    """One org. `org` is plain data: it can be pickled, and given to another simulator to go on with."""

    name = "Salesforce"

    def __init__(self, timeline: Timeline | None = None, org: Org | None = None) -> None:
        super().__init__(timeline)
        self.org = org or new_org(self.timeline.time())
        if not self.org.grants.clients:
            client = oauth.new_client(self.org.integration_user)
            self.org.grants.clients[client.id] = client

    def answer(self, request: Request, call: Call) -> Reply:
        endpoint = EXACT.get(request.path.rstrip("/")) or next(
            (found for start, found in BENEATH.items() if request.path.startswith(start)), None
        )
        if endpoint is None and request.method == "GET" and records_page.ADDRESS.match(request.path):
            endpoint = records_page.show
        if endpoint is None:
            return Reply.html("<h1>File not found</h1>", 404)
        return endpoint(self.org, request, call, self.timeline.time(), self.base_url)

    def token(self, username: str = INTEGRATION) -> str:
        """A fresh access token, as if the user had just logged in. Raises KeyError for a user who is not there."""
        return str(self.control("token", {"username": username})["access_token"])

    def snapshot(self) -> dict[str, Any]:
        return control.snapshot(self.org, self.timeline.time())

    def control(self, verb: str, arguments: dict[str, Any]) -> Any:
        return control.switch(self.org, verb, arguments, self.timeline, self.base_url)

    def page(self) -> str:
        return page.inside(self.org, self.door_token, self.timeline.time())
