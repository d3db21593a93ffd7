"""What may be chosen in an organization's settings, in people's words."""

from __future__ import annotations

from django.core.validators import RegexValidator

from connectors.calendars import Absences
from connectors.flows import Flow
from connectors.policies import ConflictRule, MailMode, NoMatch, PrivateEvents
from connectors.relations import OpportunityRule, SeveralMatch

NO_MATCH = [
    (NoMatch.LOG.value, "Log it without a relation"),
    (NoMatch.LEAD.value, "Create a lead"),
    (NoMatch.FILTER.value, "Leave it out"),
]
SEVERAL = [
    (SeveralMatch.ASK.value, "Ask: an issue names them"),
    (SeveralMatch.OLDEST.value, "The one that was created first"),
    (SeveralMatch.NEWEST.value, "The one that was created last"),
    (SeveralMatch.LAST_ACTIVE.value, "The one with the latest activity in Salesforce"),
]
OPPORTUNITIES = [
    (OpportunityRule.NONE.value, "No: they belong to the account"),
    (OpportunityRule.ONLY.value, "To the account’s open opportunity, if there is one only"),
    (OpportunityRule.LAST_CHANGED.value, "To the account’s open opportunity that was changed last"),
    (OpportunityRule.ROLE.value, "To the open opportunity in which the contact has a role"),
]
MAIL_MODES = [
    (MailMode.ACTIVITIES.value, "Messages on the records of its people"),
    (MailMode.CASES.value, "Cases: one for each conversation"),
]
AS_ITS_ORGANIZATION = ("", "What its organization says")
NO_OWNER = (
    "This is no id of a queue or a user. Open the queue or the user in Salesforce and copy the id from the address of "
    "the page: it begins with 00G or 005 and has 15 or 18 letters and digits."
)
_REST_OF_ID = r"([A-Za-z0-9]{12}|[A-Za-z0-9]{15})\Z"
OWNER_ID = RegexValidator(rf"\A(00G|005){_REST_OF_ID}", NO_OWNER)
NO_USER = (
    "This is no id of a user. Choose the user by name on the mailbox’s page, or copy the id from the address of the "
    "user’s page in Salesforce: it begins with 005 and has 15 or 18 letters and digits."
)
USER_ID = RegexValidator(rf"\A005{_REST_OF_ID}", NO_USER)
CONFLICTS = [
    (ConflictRule.NEWEST.value, "The newer version of the field"),
    (ConflictRule.CRM.value, "What Salesforce says"),
    (ConflictRule.MAILBOX.value, "What the mailbox says"),
    (ConflictRule.MERGE.value, "Nobody’s: ask about that field"),
    (ConflictRule.ASK.value, "Nobody’s: ask whenever both sides changed"),
]
PRIVATE = [
    (PrivateEvents.FILTER.value, "Leave them out"),
    (PrivateEvents.BUSY.value, "Show the time as “Busy”, and nothing else"),
]
ABSENCES = [
    (Absences.FILTER.value, "Leave them out"),
    (Absences.SHOW.value, "Show them as “Out of Office”"),
]
CRM_FLOWS = [
    (Flow.JWT.value, "Without a person, by Syncapp’s signature (JWT bearer)"),
    (Flow.CLIENT.value, "Without a person, by the app’s secret (client credentials)"),
    (Flow.CONSENT.value, "As a person who signed in"),
]
MAIL_FLOWS = [
    (Flow.CONSENT.value, "Each person connects their own mailbox"),
    (Flow.DELEGATED.value, "The domain’s administrator lets Syncapp in (service account)"),
]
