"""What an org says of itself: what we may write, what it demands, what it checks, and who else is there. Two calls.

Salesforce answers a question about tokens or log-ins with our own rows alone where we may not see those of others, and
does not say so; what we may, UserPermissionAccess says, which everybody may ask.

Object Reference, “OauthToken”, “LoginHistory”, “ConnectedApplication”, “DuplicateRule”, “UserPermissionAccess”;
Tooling API Developer Guide, “InstalledSubscriberPackage”; REST API Developer Guide, “sObject Describe”.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeGuard

from connectors.bodies import by_name, items, words
from connectors.errors import Failure
from connectors.facts import LISTED, App, Fact, Survey, Trace, Verdict, enumerated
from connectors.field_maps import NO_MAPS, FieldMap, FieldMaps
from connectors.salesforce.client import Said, SalesforceClient, attempted, described, query
from connectors.salesforce.map_checks import fit, is_demanded
from connectors.salesforce.mapped import OBJECTS
from connectors.salesforce.messages import lacks_enhanced_email
from connectors.salesforce.uses import CONTACT, Use
from connectors.salesforce.uses import uses as uses_of

TOKENS_SHOWN, LOGINS_SHOWN = 500, 2000  # the limits below; of tokens Salesforce gives no more at once
RIGHTS = (
    "SELECT PermissionsCustomizeApplication, PermissionsManageUsers, PermissionsMonitorLoginHistory, "
    "PermissionsViewSetup FROM UserPermissionAccess"
)
TOKENS = "SELECT AppName FROM OauthToken LIMIT 500"
LOGINS = "SELECT Application FROM LoginHistory WHERE LoginTime = LAST_N_DAYS:7 ORDER BY LoginTime DESC LIMIT 2000"
DUPLICATES = (
    "SELECT MasterLabel, SobjectType FROM DuplicateRule "
    "WHERE IsActive = true AND SobjectType IN ('Contact', 'Lead') ORDER BY MasterLabel"
)
APPS = "SELECT Name, RefreshTokenValidityPeriod FROM ConnectedApplication"
PACKAGES = "SELECT Id, SubscriberPackage.Name FROM InstalledSubscriberPackage"
QUESTIONS = {"rights": RIGHTS, "tokens": TOKENS, "logins": LOGINS, "duplicates": DUPLICATES, "apps": APPS}
OURS = "syncapp"  # a connected app is taken for ours by its name

LEAD = "Lead"
MADE = (LEAD, "Contact")  # what rules may find duplicates of, that we make or may make
DEMANDED, VALUES, MAPPED = "Required fields", "Picklists", "Field mapping"
DUPLICATE_RULES, REFRESH = "Duplicate rules", "How long the access lasts"
ADDRESSES, COUNTRIES = "Addresses of contacts", "MailingCountryCode"
SETUP = "Give the user that Syncapp works as the right “View Setup and Configuration”, and look again."
BLIND = {
    Trace.TOKEN: "Look in Setup > Connected Apps OAuth Usage, or give our user “Customize Application” and look again.",
    Trace.LOGIN: "Look in Setup > Login History, or give our user “Monitor Login History” and look again.",
    Trace.PACKAGE: "Look in Setup > Installed Packages, or give our user “View Setup and Configuration”.",
}
CUT = {
    Trace.TOKEN: f"Look in Setup > Connected Apps OAuth Usage: there are more than the {TOKENS_SHOWN} that were read.",
    Trace.LOGIN: f"Look in Setup > Login History: only the newest {LOGINS_SHOWN:,} of 7 days were read.",
}
ENABLE = "In Setup > Enhanced Email, press “Enable”, and look again."
LISTS = (
    "In Setup > State and Country/Territory Picklists, see that the countries of your contacts are there, and add the "
    "states that your address books use."
)
GRANT = "In Setup, give this to the user that Syncapp works as, for example with a permission set, and look again."


def survey(
    client: SalesforceClient,
    *,
    opens_cases: bool = True,
    syncs_contacts: bool = False,
    brings_files: bool = False,
    maps: FieldMaps = NO_MAPS,
) -> Survey:
    """See `CrmConnector.survey`: one call for all but the packages, which another API knows."""
    uses = uses_of(opens_cases=opens_cases, syncs_contacts=syncs_contacts, brings_files=brings_files)
    described_ = {use.sobject: described(use.sobject) for use in uses}
    said = client.composite(described_ | {name: query(statement) for name, statement in QUESTIONS.items()})
    shown = {use.sobject: _value(client, said[use.sobject]) for use in uses}
    rows = {name: attempted(partial(client.page, said[name])) for name in QUESTIONS}
    packages = attempted(lambda: (client.components(PACKAGES), True))
    facts = (
        *(_use(use, shown[use.sobject]) for use in uses),
        _demanded({use: shown[use.sobject] for use in uses if use.filled}, maps),
        *_mapped(shown, maps),
        _values(shown, uses),
        _duplicates(rows["duplicates"], MADE if syncs_contacts else (LEAD,)),
        _refresh(rows["apps"]),
        *((_addresses(shown[CONTACT]),) if syncs_contacts else ()),
    )
    return _with_apps(facts, rows, packages)


Rows = tuple[list[dict[str, Any]], bool] | Failure
Shown = Mapping[str, Any] | Failure


def _value(client: SalesforceClient, said: Said) -> Shown:
    return attempted(lambda: client.own(client.value(said)))


# -- What we may write


def _use(use: Use, shown: Shown) -> Fact:
    """Whether the object, and of each field what we do with it, is open to us."""
    if use.sobject == "EmailMessage" and lacks_enhanced_email(shown):
        return _enhanced_email_off(use, shown)
    if isinstance(shown, Failure):
        return _lacking(use, "Syncapp does not see these records.", shown)
    lacks = [*_closed_verbs(use, shown), *_closed_fields(use, shown)]
    if lacks:
        return _lacking(use, f"Syncapp may not {'; '.join(lacks)}.", None)
    return Fact(name=use.sobject, verdict=Verdict.GOOD, text="Syncapp may do all that it does with these records.")


def _enhanced_email_off(use: Use, shown: Shown) -> Fact:
    text = "“Enhanced Email” is off in this Salesforce, or closed to Syncapp. Nothing is written before it is on."
    failure = shown if isinstance(shown, Failure) else None
    return Fact(name=use.sobject, verdict=Verdict.BAD, text=text, steps=(ENABLE,), failure=failure)


def _lacking(use: Use, text: str, failure: Failure | None) -> Fact:
    return Fact(name=use.sobject, verdict=Verdict.BAD, text=f"{text} {use.without}", steps=(GRANT,), failure=failure)


def _closed_verbs(use: Use, shown: Mapping[str, Any]) -> list[str]:
    needed = {
        "queryable": ("look for them", True),
        "createable": ("make new ones", bool(use.filled)),
        "updateable": ("change them", bool(use.changed)),
        "deletable": ("delete them", use.deletes),
    }
    return [text for flag, (text, is_needed) in needed.items() if is_needed and shown.get(flag) is not True]


def _closed_fields(use: Use, shown: Mapping[str, Any]) -> list[str]:
    """Of an object that cannot be made at all no field can be filled, which is not said of each."""
    fields = by_name(shown.get("fields"))
    unseen = [n for n in dict.fromkeys((*use.read, *use.filled, *use.changed)) if n not in fields]
    can_make, can_change = shown.get("createable") is True, shown.get("updateable") is True
    unfilled = [n for n in use.filled if can_make and n in fields and fields[n].get("createable") is not True]
    unchanged = [n for n in use.changed if can_change and n in fields and fields[n].get("updateable") is not True]
    told = {"see": unseen, "fill": unfilled, "change": [n for n in unchanged if n not in unfilled]}
    return [f"{verb} {', '.join(names)}" for verb, names in told.items() if names]


# -- What it demands and checks


def _demanded(shown: Mapping[Use, Shown], maps: FieldMaps) -> Fact:
    """Fields that a new record must have and that we never fill, nor does a line of the organization's."""
    mapped = {(OBJECTS[line.target], line.field.lower()) for line in maps.maps}
    if all(isinstance(each, Failure) for each in shown.values()):
        return Fact(name=DEMANDED, verdict=Verdict.UNKNOWN, text="Syncapp sees none of the objects.", steps=(GRANT,))
    missing = [
        f"{use.sobject}.{name}"
        for use, each in shown.items()
        if not isinstance(each, Failure)
        for name, said in by_name(each.get("fields")).items()
        if is_demanded(said) and name not in use.filled and (use.sobject, name.lower()) not in mapped
    ]
    if not missing:
        text = "Salesforce demands no field of a new record that Syncapp does not fill."
        return Fact(name=DEMANDED, verdict=Verdict.GOOD, text=text)
    return Fact(
        name=DEMANDED,
        verdict=Verdict.BAD,
        text=f"New records must have {enumerated(missing)}, which Syncapp never fills: Salesforce will refuse them.",
        steps=(
            "In Setup > Object Manager, give each of these fields a default value, or do not require it.",
            "Or say what Syncapp is to write there: Field mappings > Add.",
        ),
    )


def _mapped(shown: Mapping[str, Shown], maps: FieldMaps) -> list[Fact]:
    """How the organization's own lines stand; nothing where it has none."""
    lines = [line for line in maps.maps if OBJECTS[line.target] in shown]
    if not lines:
        return []
    told = {line: fit(line, shown[OBJECTS[line.target]], _others(line, lines)).trouble for line in lines}
    troubles = [f"{OBJECTS[line.target]}, “{line.name}”: {trouble}" for line, trouble in told.items() if trouble]
    if not troubles:
        return [Fact(name=MAPPED, verdict=Verdict.GOOD, text="All fields that were mapped can be written.")]
    step = "Correct these lines under Field mappings, or their fields in Salesforce, and look again."
    return [Fact(name=MAPPED, verdict=Verdict.BAD, text=" ".join(troubles[:LISTED]), steps=(step,))]


def _others(line: FieldMap, lines: Iterable[FieldMap]) -> list[FieldMap]:
    return [each for each in lines if each is not line]


def _values(shown: Mapping[str, Shown], uses: Iterable[Use]) -> Fact:
    """Of picklists that take nothing but their own values. What a record type leaves out of them is not told here."""
    missing = [
        f"“{value}” in {use.sobject}.{name}"
        for use in uses
        for name, value in use.values
        if not _takes(shown[use.sobject], name, value)
    ]
    if not missing:
        return Fact(name=VALUES, verdict=Verdict.GOOD, text="Picklists take all the values that Syncapp writes.")
    step = "In Setup > Object Manager > the object > Fields & Relationships, activate the values, and look again."
    text = f"There is no {enumerated(missing)}: Salesforce will refuse what Syncapp writes with it."
    return Fact(name=VALUES, verdict=Verdict.BAD, text=text, steps=(step,))


def _takes(shown: Shown, name: str, value: str) -> bool:
    """Also a field that we do not see, which is told elsewhere."""
    field = {} if isinstance(shown, Failure) else by_name(shown.get("fields")).get(name, {})
    offered = [each.get("value") for each in items(field.get("picklistValues")) if _is_active(each)]
    return field.get("restrictedPicklist") is not True or value in offered


def _is_active(choice: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(choice, dict) and choice.get("active") is not False


def _addresses(shown: Shown) -> Fact:
    """Where countries and states come out of lists, there are fields for their codes."""
    if isinstance(shown, Failure):
        return Fact(name=ADDRESSES, verdict=Verdict.UNKNOWN, text="Syncapp sees no contacts.", steps=(GRANT,))
    if COUNTRIES not in by_name(shown.get("fields")):
        text = "The country and the state of a contact may be any text."
        return Fact(name=ADDRESSES, verdict=Verdict.GOOD, text=text)
    text = "Countries and states come out of lists: Salesforce refuses an address that calls one of them otherwise."
    return Fact(name=ADDRESSES, verdict=Verdict.ASK, text=text, steps=(LISTS,))


def _duplicates(said: Rows, made: Sequence[str]) -> Fact:
    """Of what we make new ones of, as leads; rules for what we make none of are told, and do no harm."""
    if isinstance(said, Failure):
        text = f"Whether rules look for duplicates among {_named(made)} could not be found out."
        return Fact(name=DUPLICATE_RULES, verdict=Verdict.UNKNOWN, text=text, steps=(SETUP,), failure=said)
    rules = {kind: [words(r.get("MasterLabel")) for r in said[0] if r.get("SobjectType") == kind] for kind in MADE}
    harmless = [f"For {_named([kind])} there is {enumerated(rules[kind])}; Syncapp makes none." for kind in MADE]
    rest = [text for kind, text in zip(MADE, harmless, strict=True) if rules[kind] and kind not in made]
    checked = [kind for kind in made if rules[kind]]
    if not checked:
        text = f"No rule looks for duplicates among new {_named(made)}."
        return Fact(name=DUPLICATE_RULES, verdict=Verdict.GOOD, text=" ".join([text, *rest]))
    texts = [_checked(kind, rules[kind]) for kind in checked]
    look = "in Setup > Duplicate Rules, see whether “Action On Create” of these is Block."
    step = f"Where Syncapp makes {_named(checked)}: {look}"
    return Fact(name=DUPLICATE_RULES, verdict=Verdict.ASK, text=" ".join([*texts, *rest]), steps=(step,))


def _checked(kind: str, rules: Sequence[str]) -> str:
    what = _named([kind]).capitalize()
    return f"{what} that Syncapp makes are checked by {enumerated(rules)}. A rule that blocks refuses a {kind.lower()}."


def _named(kinds: Iterable[str]) -> str:
    return " and ".join(f"{kind.lower()}s" for kind in kinds)


def _refresh(said: Rows) -> Fact:
    """The policy is told of connected apps alone, to those who see setup; of which unit a period is, of none."""
    step = "See the refresh token policy of Syncapp's app in Setup: it should be “valid until revoked”."
    if isinstance(said, Failure):
        text = "Salesforce does not let Syncapp see for how long its refresh token is good."
        return Fact(name=REFRESH, verdict=Verdict.UNKNOWN, text=text, steps=(step,), failure=said)
    ours = [row for row in said[0] if OURS in words(row.get("Name")).lower()]
    if any(row.get("RefreshTokenValidityPeriod") for row in ours):
        text = "The refresh token of Syncapp's app ends after some time, and somebody has to sign in again then."
        return Fact(name=REFRESH, verdict=Verdict.ASK, text=text, steps=(step,))
    text = "No limit is told; Salesforce does not tell all that may end a refresh token, such as disuse."
    return Fact(name=REFRESH, verdict=Verdict.UNKNOWN, text=text, steps=(step,))


# -- Who else is there


def _with_apps(facts: tuple[Fact, ...], rows: Mapping[str, Rows], packages: Rows) -> Survey:
    rights = rows["rights"]
    held = {} if isinstance(rights, Failure) or not rights[0] else rights[0][0]
    traces = (
        (Trace.TOKEN, rows["tokens"], "AppName", ("CustomizeApplication",), TOKENS_SHOWN),
        (Trace.LOGIN, rows["logins"], "Application", ("ManageUsers", "MonitorLoginHistory"), LOGINS_SHOWN),
        (Trace.PACKAGE, packages, "SubscriberPackage", ("ViewSetup",), LOGINS_SHOWN),
    )
    apps: set[App] = set()
    blind: dict[Trace, str] = {}
    for trace, said, column, enough, most in traces:
        found = [] if isinstance(said, Failure) else said[0]
        names = {_name(row.get(column)) for row in found} - {""}
        apps |= {App(name=name, trace=trace) for name in names}
        if isinstance(said, Failure) or not any(held.get(f"Permissions{right}") is True for right in enough):
            blind[trace] = BLIND[trace]
        elif trace in CUT and (len(found) >= most or not said[1]):
            blind[trace] = CUT[trace]
    return Survey(facts=facts, apps=frozenset(apps), blind=blind)


def _name(value: object) -> str:
    """The name of an app; that of a package stands in a record of its own."""
    return words(value.get("Name")) if isinstance(value, dict) else words(value)
