"""Somebody who plays with the demo: signs in, looks at the issues, mends in “Salesforce”, retries all."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import requests

from syncapp.demo import seeding
from syncapp.demo.environment import Stage
from syncapp.demo.live import PASSWORD
from tests.processes import until

RULE = "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"


class Visitor:
    """A browser's worth of HTTP: pages with their forms, and the REST interface with the session of the pages."""

    def __init__(self, stage: Stage) -> None:
        self.home = f"http://localhost:{stage.web}"
        self.stage = stage
        self.session = requests.Session()
        self.session.trust_env = False

    def sign_in(self) -> requests.Response:
        """As the demo's welcome says; the page that one arrives at."""
        form = self.session.get(f"{self.home}/login/", timeout=20)
        fields = {"csrfmiddlewaretoken": _field(form.text, "csrfmiddlewaretoken")}
        fields |= {"username": seeding.ADMIN, "password": PASSWORD}
        return self.session.post(f"{self.home}/login/", fields, timeout=20)

    def codes(self) -> Counter[str]:
        """How many issues of each code are not resolved."""
        address: str | None = f"{self.home}/api/v1/issues/?limit=200"
        found: Counter[str] = Counter()
        while address:
            page = self.session.get(address, timeout=20).json()
            found.update(row["code"] for row in page["results"] if row["status"] != "resolved")
            address = page["next"]
        return found

    def retry_all(self) -> dict[str, Any]:
        """One order for everything."""
        answer = self.session.post(
            f"{self.home}/api/v1/operations/",
            json={"verb": "retry", "choice": {"organization": seeding.SLUG, "all": True}},
            headers={"X-CSRFToken": self.session.cookies["csrf"]},
            timeout=20,
        )
        assert answer.status_code == 202, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def mend_rules(self) -> None:
        """Presses “Switch off” beside every rule on Salesforce's own page."""
        address, ca = f"{self.stage.url('salesforce')}/_simulator/", str(self.stage.certificate)
        while form := self._active_rule(self.session.get(address, verify=ca, timeout=20).text):
            answer = self.session.post(f"{address}rule", form, verify=ca, timeout=20)
            assert answer.status_code == 200, answer.text

    def _active_rule(self, page: str) -> dict[str, str] | None:
        for form in re.findall(r"(?s)<form[^>]*/_simulator/rule[^>]*>.*?</form>", page):
            fields = {name: _field(form, name) for name in ("token", "name", "active")}
            if fields["active"].lower() == "false":
                return fields
        return None

    def sees(self, code: str, number: int) -> float:
        """Waits until that many issues of a code are left; after how many seconds."""
        return until(lambda: self.codes()[code] == number, f"{number} issues of {code}")


def _field(page: str, name: str) -> str:
    tag = re.search(rf"<input[^>]*\bname=[\"']?{name}\b[^>]*>", page)
    assert tag, f"no field {name} in {page[:2000]}"
    value = re.search(r"\bvalue=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", tag[0])
    assert value, tag[0]
    return next(each for each in value.groups() if each is not None)
