"""The control door of the Salesforce simulator: what each verb takes and gives, as JSON objects.

    create            object, fields                       → id; past every rule, as all verbs here
    create-many       object, records                      → ids
    update            id, fields                           → id
    delete, undelete, purge    id                          → id
    race              ids: deleted right after the next query that shows them; an empty list calls it off
    add-field         object, name; label, type (string), length (255), unique, externalId, values, restricted, formula,
                      rich (a text area with HTML), references (objects)
    remove-field      object, field (custom)               restore-field undoes it, values included
    require-field     object, field                        unrequire-field undoes it
    validation-rule   object, name, message; field, pattern (regular expression), active (true); with falls (false) it
                      strikes where the number in the field becomes lower than it was
    duplicate-rule    object, name; fields (LastName, Company), allowSave (false), message, active
    trigger           object, name; event (BeforeInsert), field, pattern, message (its exception), active
    flow              object, name; field, pattern, message, active
    rule              name, active                         switches one of the four
    remove-rule       name
    lock              id; tries (until released)           unlock undoes it
    approval-lock     id                                   approval-unlock undoes it
    field-access      object, field, access (none, read, edit)
    object-access     object, denied (of read, create, edit, delete)
    record-access     id, access (none, read, edit)
    permission        name (UpdateEmailMessages, ViewSetup, CustomizeApplication, …), on (true): given to all users
    other-app         name (of other-apps, or any); traces (of token, login, app, package; all that it leaves),
                      username (the administrator), used (0: how many seconds ago), namespace (of an app not listed)
    other-app-gone    name                                 → gone: how many traces; log-ins stay
    other-apps                                             → the names of software that is known to leave traces
    activities        shared (Shared Activities), multiday (events of several days), unique_keys (Syncapp_Key__c)
                      → all three
    series            fields (of its first event), count, days (7, between two), legacy (false)   → pattern, ids
    queue             name; objects (of Case, Lead, Task), members (usernames), email; id to change one → id, objects
    remove-queue      id; heir (a username): who gets its records            → id, moved
    merge             id, others (ids): the contact that is kept, and those that go into it   → id, gone
    countries         named: countries that addresses may name, each with its states; none: any text is taken;
                      codes: those of countries and states, by name                                    → named
    person-accounts                                        → business, person: the record types; it is for good
    record-type       object, name; active (true)                            → id; the object gets its RecordTypeId
    record-type-values    id, field; values (all)          → what the type offers of a restricted picklist
    record-type-access    id; username (everybody), available (true)
    email-to-case     from; subject, text, message_id, owner (an id)         → case, message
    task-series       fields, count, days (7, between two)                   → series, ids
    archive-tasks                                          → ids: of the closed tasks of a year ago or before
    picklist          object, field; values or without (values), restricted  restore-picklist undoes it
    archive-events                                         → ids: of the events that began a year ago or before
    replication       most (ids that getDeleted and getUpdated give), purge (the log of deletions, up to now)
    api-limit         used, allowed                        → used, allowed
    api-exhaust       until (an offset of the clock; without it: until mended)       api-mend undoes it
    api-access        off (user, org, or nothing)
    api-version       newest (67): the newest version that the org offers
    storage           full (true)
    files             body, file, attachment (bytes that each may have), full (file storage), blocked (extensions),
                      broken (the code of every upload, or nothing)          → all six
    email             enhanced (Enhanced Email), to_case (Email-to-Case)     → both
    read-only-user    username, on (true)
    namespace         prefix (nothing: none) of our fields; own (false): it is the org's own, not a package's
    query-page        rows (2,000): how many a page of a query holds at the most
    bulk              polls (1: looks that find a new bulk job under way), bytes (of one upload, 150,000,000)   → both
    user              username, active (true)
    expire-tokens, expire-cursors                          → expired: how many
    revoke-grant      refresh_token, or username, or neither for all                 → revoked: how many
    grant             username; client_id (the latest app), scope  → the token endpoint's answer to a fresh approval
    token             username; life in seconds            → access_token, instance_url
    client            client_id (the latest app); redirect_uris, certificate (PEM), run_as, preapproved (usernames),
                      require_pkce; with client_secret it registers an app
    login             rotation, org_active, ip_restricted, session_timeout
    rows              object; fields (all)                 → the records of the snapshot, with these fields alone
    accounts                                               → the org, its app and its users
    rules                                                  → all rules, active or not
    troubles                                               → what is wrong, each with the verb that mends it
    mend              key, or nothing for all              → mended: the keys

A wrong argument is a KeyError or ValueError with a sentence, which the door answers with 400.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from connectors.simulators.salesforce import (
    switches_activities,
    switches_apps,
    switches_cases,
    switches_contacts,
    switches_features,
    switches_files,
    switches_login,
    switches_org,
    switches_persons,
    switches_queues,
    switches_records,
    switches_tasks,
    switches_types,
    troubles,
)
from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.org import Org
from connectors.simulators.timeline import Timeline


def accounts(given: Arguments) -> dict[str, Any]:
    client = next(reversed(given.org.grants.clients.values()))
    users = list(given.org.store.rows("User"))
    return {
        "instance_url": given.base_url,
        "organization_id": given.org.id,
        "client_id": client.id,
        "client_secret": client.secret,
        "users": [{"id": u["Id"], "username": u["Username"], "active": u["IsActive"]} for u in users],
    }


def list_rows(given: Arguments) -> list[dict[str, Any]]:
    sobject, wanted = given.sobject(), given.texts("fields")
    if unknown := [name for name in wanted if name not in sobject.fields]:
        raise KeyError(f"{sobject.name} has no field “{unknown[0]}”")
    rows = given.org.store.rows(sobject.name, deleted=True)
    return [{name: row[name] for name in wanted} for row in rows] if wanted else list(rows)


def rules(given: Arguments) -> list[dict[str, Any]]:
    return [asdict(rule) for rule in given.org.rules.values()]


def list_troubles(given: Arguments) -> list[dict[str, Any]]:
    return [trouble.listed() for trouble in troubles.of(given.org, given.timeline.time())]


def mend(given: Arguments) -> dict[str, list[str]]:
    key = given.text("key", "")
    chosen = [t for t in troubles.of(given.org, given.timeline.time()) if key in ("", t.key)]
    if key and not chosen:
        raise KeyError(f"there is no trouble “{key}”")
    for trouble in chosen:
        VERBS[trouble.verb](replace(given, values=trouble.arguments))
    return {"mended": [trouble.key for trouble in chosen]}


VERBS: dict[str, Callable[[Arguments], Any]] = {
    **switches_records.VERBS,
    **switches_org.VERBS,
    **switches_activities.VERBS,
    **switches_cases.VERBS,
    **switches_contacts.VERBS,
    **switches_features.VERBS,
    **switches_files.VERBS,
    **switches_persons.VERBS,
    **switches_queues.VERBS,
    **switches_tasks.VERBS,
    **switches_types.VERBS,
    **switches_apps.VERBS,
    **switches_login.VERBS,
    "accounts": accounts,
    "rows": list_rows,
    "rules": rules,
    "troubles": list_troubles,
    "mend": mend,
}


def switch(org: Org, verb: str, values: dict[str, Any], timeline: Timeline, base_url: str) -> Any:
    """What a verb gives. Raises KeyError or ValueError with a sentence; then nothing is changed."""
    if verb not in VERBS:
        raise KeyError(f"Salesforce has no verb “{verb}”; there are {', '.join(sorted(VERBS))}")
    given = Arguments(org=org, timeline=timeline, base_url=base_url, values=values)
    mark = org.store.mark()
    try:
        return VERBS[verb](given)
    except Refused as refused:
        org.store.roll_back(mark)
        raise ValueError(f"{refused.code}: {refused.message}") from None
    finally:
        org.store.commit()


def snapshot(org: Org, now: float) -> dict[str, Any]:
    """The whole org as JSON: every record of every object, those in the recycle bin too, rules and troubles."""
    return {
        "organization": org.id,
        "records": {name: list(org.store.rows(name, deleted=True)) for name in org.schema.objects},
        "rules": [asdict(rule) for rule in org.rules.values()],
        "troubles": [trouble.listed() for trouble in troubles.of(org, now)],
        "refused": list(org.refused),
        "api": {"used": org.usage.used(now), "allowed": org.usage.allowed},
    }
