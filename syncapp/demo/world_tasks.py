"""The made world's tasks: some forty things to do, in the lists of the people of Alpenrad and in Salesforce.

Calls and messages that somebody logged there are tasks of Salesforce as well, and nobody's to do.
"""

from __future__ import annotations

from syncapp.demo.cast import AKIRA, ANNA, JONAS, LENA, SUPPORT
from syncapp.demo.diaries import Diaries

WRITERS = (ANNA, JONAS, AKIRA, SUPPORT)
WORKSHOP = "Workshop"  # a second list
CHORES = (
    "Order tyres",
    "Send the price list",
    "Answer about the trailer",
    "Ask for references",
    "見積もりを送る",
    "Prepare the stand at the fair",
    "Renew the insurance",
)


def add_tasks(diaries: Diaries) -> None:
    """Everything of the first day."""
    _listed(diaries)
    _entered(diaries)
    _left_out(diaries)
    _locked_out(diaries)
    _troubled(diaries)


def _listed(diaries: Diaries) -> None:
    for number in range(14):
        title, owner = f"{CHORES[number % len(CHORES)]} {number + 1}", WRITERS[number % 4]
        book = WORKSHOP if number % 5 == 4 else ""
        group = {2: "done-there", 6: "renamed-there", 11: "dropped-there"}.get(number, "chore")
        due = diaries.day(number - 3) if number % 3 else None
        diaries.list(group, owner, title, due=due, notes=f"Part {number + 1} of the season.", book=book)
    for number in range(2):
        diaries.list("chore", WRITERS[number], f"Done this week {number + 1}", due=diaries.day(-1), done=True)


def _entered(diaries: Diaries) -> None:
    for number in range(14):
        title, owner = f"Follow up {number + 1}", WRITERS[number % 4]
        group = {1: "done-here", 5: "renamed-here", 9: "dropped-here", 3: "under-way"}.get(number, "entered")
        due = diaries.day(number - 2) if number % 4 else None
        diaries.enter(group, owner, title, due=due, Description=f"What was promised, no. {number + 1}.")


def _left_out(diaries: Diaries) -> None:
    for number, kind in enumerate(("Call", "Email", "Call")):
        diaries.enter("no-task", WRITERS[number], f"Logged {kind.lower()} {number + 1}", TaskSubtype=kind)


def _locked_out(diaries: Diaries) -> None:
    """Lena's, whose access is revoked."""
    for number in range(3):
        diaries.list("lena-task", LENA, f"Sign the framework {number + 1}", due=diaries.day(number + 1))
    for number in range(2):
        diaries.enter("lena-task", LENA, f"Call the city {number + 1}", due=diaries.day(number + 2))


def _troubled(diaries: Diaries) -> None:
    """What will not get through; who breaks it, and how, stands in `event_troubles`."""
    for number in range(3):
        diaries.list("offer-chore", JONAS, f"Write offer no. {70 + number}", due=diaries.day(number + 4))
