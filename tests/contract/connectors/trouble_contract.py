"""What every call on a mailbox's events or tasks does when the provider fails: it says so once, and the next works."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from typing import ClassVar, Generic, Protocol, TypeVar

import pytest

from connectors.errors import Failure, Kind
from connectors.protocol import MailConnector
from connectors.records import Ref
from tests.contract.connectors.event_reading_contract import refused
from tests.contract.connectors.stage import MINUTES, SECONDS, Trouble

Call = Callable[[MailConnector, str, Ref], object]


class TroubledStage(Protocol):
    """What a stage has to offer here."""

    def open(self) -> MailConnector: ...

    def strike(self, trouble: Trouble) -> None: ...

    def end_access(self, how: str) -> None: ...

    def calls(self) -> int: ...

    def living(self) -> Sized: ...


S = TypeVar("S", bound=TroubledStage)


class TroubleContract(Generic[S]):
    """`every` are the calls, by name: each has the connector, a cursor that is good, and something that is there."""

    every: ClassVar[Mapping[str, Call]]

    def begun(self, stage: S) -> tuple[Ref, str]:
        """Something that is there, and a cursor from after it came."""
        raise NotImplementedError

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "call" in metafunc.fixturenames:
            metafunc.parametrize("call", self.every.values(), ids=list(self.every))

    @pytest.mark.parametrize("how", ["expired", "revoked"])
    def test_access_that_ended_is_said_at_the_first_proof(self, stage: S, call: Call, how: str) -> None:
        ref, cursor = self.begun(stage)
        connector = stage.open()
        stage.end_access(how)
        before = stage.calls()
        assert refused(lambda: call(connector, cursor, ref)).kind is Kind.AUTH
        assert stage.calls() - before == 1

    @pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.DOWN, Trouble.HUNG_UP], ids=lambda t: t.name.lower())
    def test_what_passes_is_said_once_and_never_tried_again_in_here(
        self, stage: S, call: Call, trouble: Trouble
    ) -> None:
        assert self._struck(stage, call, trouble).kind is Kind.TRANSIENT
        assert len(stage.living()) == 1

    def test_a_wait_in_seconds_is_passed_on(self, stage: S, call: Call) -> None:
        failure = self._struck(stage, call, Trouble.BUSY_FOR_SECONDS)
        assert (failure.kind, failure.retry_after) == (Kind.RATE_LIMITED, SECONDS)

    def test_a_wait_until_a_moment_is_passed_on_in_seconds(self, stage: S, call: Call) -> None:
        failure = self._struck(stage, call, Trouble.BUSY_UNTIL)
        assert failure.kind is Kind.RATE_LIMITED
        assert 60 * (MINUTES - 5) < (failure.retry_after or 0) <= 60 * MINUTES + 1

    def _struck(self, stage: S, call: Call, trouble: Trouble) -> Failure:
        ref, cursor = self.begun(stage)
        connector = stage.open()
        stage.strike(trouble)
        before = stage.calls()
        failure = refused(lambda: call(connector, cursor, ref))
        assert stage.calls() - before == 1
        return failure

    def test_after_a_trouble_the_same_connector_goes_on(self, stage: S, call: Call) -> None:
        ref, cursor = self.begun(stage)
        connector = stage.open()
        stage.strike(Trouble.HUNG_UP)
        refused(lambda: call(connector, cursor, ref))
        call(connector, cursor, ref)
