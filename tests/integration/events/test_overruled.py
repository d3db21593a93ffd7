"""The version that lost is kept, sealed, for as long as content of failures is."""

from __future__ import annotations

from syncapp import services
from syncapp.models import Overruled
from tests.builders import event
from tests.integration.events.stage import Stage


def fought_over(stage: Stage) -> None:
    """Both change the title, the calendar later."""
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.edit(stage.record.id, title="What the CRM said")
    stage.time.move(seconds=1)
    stage.calendar.edit(ref, title="What the calendar said")
    stage.run(2)


def test_the_loser_is_kept_with_the_field_and_the_side(stage: Stage) -> None:
    fought_over(stage)
    (lost,) = Overruled.objects.all()
    assert (stage.titles(), stage.in_calendar()) == (["What the calendar said"], ["What the calendar said"])
    assert (lost.side, lost.rule, lost.fields) == ("crm", "newest", ["title"])
    assert lost.content is not None
    assert lost.content["title"] == "What the CRM said"


def test_after_a_month_it_goes(stage: Stage) -> None:
    fought_over(stage)
    stage.time.move(days=29)
    services.housekeeping()
    assert Overruled.objects.exists()
    stage.time.move(days=2)
    services.housekeeping()
    assert not Overruled.objects.exists()
