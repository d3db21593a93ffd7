"""The servers that the file of `--target` names, each behind a proxy that counts requests and breaks the wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import time_ns
from urllib.parse import urlsplit

import pytest

from tests.contract.conftest import named
from tests.contract.connectors import crm_contract, event_mail_contract, list_contract
from tests.contract.peers.conftest import MITMPROXY, Proxy, needs, proxied


@dataclass(frozen=True, kw_only=True)
class Target:
    """One server: what the file says of it, and the way there."""

    proxy: Proxy
    said: dict[str, str]


@pytest.fixture(scope="session", autouse=True)
def _keys_of_its_own() -> Iterator[None]:
    """The server outlives the run: a key that an earlier one used is never used again."""
    with pytest.MonkeyPatch.context() as patch:
        for contract in (crm_contract, event_mail_contract, list_contract):
            patch.setattr(contract, "_keys", count(time_ns()))
        yield


def _served(
    request: pytest.FixtureRequest, folder: pytest.TempPathFactory, name: str, address: str
) -> Iterator[Target]:
    said = named(request.config).get(name)
    if said is None:
        pytest.skip(f"{name}: the file names no such server")
    needs(MITMPROXY)
    origin = "://".join(urlsplit(said[address])[:2])
    with proxied(origin, folder.mktemp(name), Path(said["ca_bundle"])) as proxy:
        yield Target(proxy=proxy, said=said)


@pytest.fixture(scope="session")
def google_target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    yield from _served(request, tmp_path_factory, "google", "base_url")


@pytest.fixture(scope="session")
def salesforce_target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    yield from _served(request, tmp_path_factory, "salesforce", "instance_url")
