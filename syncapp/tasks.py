"""Jobs of the queue. They take ids, call services, and tell the queue nothing (`connectors.jobs`)."""

from __future__ import annotations

from connectors import clock
from connectors.jobs import job
from syncapp import checking, hints, lags, services, verifying
from syncapp.engine import crm_reading, stopping
from syncapp.engine.running import Ending, run_job


@job
def sync_mailbox(mailbox_id: int) -> None:
    """One job of one mailbox; asks for the next one where there is more to do."""
    _work(mailbox_id, reads=True)


@job
def write_mailbox(mailbox_id: int) -> None:
    """Likewise, only for what is to be written."""
    _work(mailbox_id, reads=False)


def _work(mailbox_id: int, *, reads: bool) -> None:
    with stopping.after_this():
        if run_job(mailbox_id, reads=reads) is Ending.AGAIN:
            services.enqueue_sync(mailbox_id)
        services.enqueue_deliver()


@job
def read_crm(organization_id: int) -> None:
    """One job of an organization's reader; asks for the next one where there is more to read."""
    with stopping.after_this():
        if crm_reading.read_crm(organization_id):
            services.enqueue_read(organization_id)


@job
def verify() -> None:
    verifying.start_due()
    checking.ask_each_day()


@job
def check_organization(organization_id: int, why: str) -> None:
    """The first checks of an organization."""
    with stopping.after_this():
        checking.look_at_organization(organization_id, why)


@job
def check_mailbox(mailbox_id: int, why: str) -> None:
    """Those of a mailbox."""
    with stopping.after_this():
        checking.look_at_mailbox(mailbox_id, why)


@job
def compare(reconciliation_id: int) -> None:
    """One page of a comparison; it asks for the next one itself."""
    with stopping.after_this():
        verifying.run_step(reconciliation_id)


@job
def tick() -> None:
    services.tick()
    checking.ask_where_issues_opened()


@job
def reap() -> None:
    services.reap()


@job
def housekeeping() -> None:
    services.housekeeping()
    lags.note(clock.now())
    hints.let_go()
