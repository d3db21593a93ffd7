"""What Tasks refuses: at its door, of ids and etags, of tasks and lists, and where a limit is passed."""

from __future__ import annotations

from connectors.simulators.google.refusals.rows import GITHUB, TASKS, rows

_INVALID = "400 Request contains an invalid argument."
_FOLIO = f"{GITHUB}opatry/taskfolio"
_DUE = f"{GITHUB}taylorwilsdon/google_workspace_mcp/issues/664"
_TIMES = f"{GITHUB}n8n-io/n8n/issues/20274"
_DOCUMENT = "https://tasks.googleapis.com/$discovery/rest?version=v1"
_STALE = "412 Precondition Failed"

AT_THE_DOOR = rows(
    (
        "tasks-token-expired",
        "authError",
        "a list with a token an hour old",
        "401 Request had invalid authentication credentials. …",
        "https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto",
    ),
    (
        "tasks-scope-missing",
        "insufficientPermissions",
        "a list with openid alone",
        "403 Request had insufficient authentication scopes.",
        f"{TASKS}tasks/list#authorization-scopes",
    ),
    (
        "tasks-scope-read-only",
        "insufficientPermissions",
        "a new task with tasks.readonly",
        "403 Request had insufficient authentication scopes.",
        f"{TASKS}tasks/insert#authorization-scopes",
    ),
    (
        "tasks-api-off",
        "accessNotConfigured",
        "any method where the project has not enabled the API",
        "403 Google Tasks API has not been used in project …",
        f"{GITHUB}googleworkspace/python-samples/issues/23",
    ),
    (
        "tasks-domain-policy",
        "domainPolicy",
        "any method where the domain blocks the app",
        "403 The domain administrators have disabled Tasks apps.",
        "https://support.google.com/a/answer/7281227",
    ),
    ("tasks-unknown-path", "html", "a path that the API does not have", "404 Error 404 (Not Found)!!1", _DOCUMENT),
    (
        "tasks-unknown-parameter",
        "invalid",
        "a query parameter that the document does not declare",
        '400 Invalid JSON payload received. Unknown name "colour": Cannot bind query parameter. …',
        _DOCUMENT,
    ),
    (
        "tasks-parameter-type",
        "invalid",
        "maxResults=many",
        "400 Invalid value at 'max_results' (TYPE_INT32), \"many\"",
        _DOCUMENT,
    ),
    (
        "task-body-unknown-name",
        "invalid",
        "a task with a field “colour”",
        "400 Invalid JSON payload received. Unknown name \"colour\" at 'task': Cannot find field.",
        _DOCUMENT,
    ),
    (
        "task-body-type",
        "invalid",
        "a task whose title is a number",
        "400 Invalid value at 'task.title' (TYPE_STRING), 7",
        _DOCUMENT,
    ),
    ("task-body-not-json", "invalid", "a body that is no JSON", "400 Invalid JSON payload received. …", _DOCUMENT),
    (
        "tasks-fields-unknown",
        "invalid",
        "fields=items(colour)",
        "400 Request contains an invalid argument.",
        "https://developers.google.com/workspace/tasks/performance",
    ),
)

IDS = rows(
    (
        "task-list-id",
        "invalid",
        "the tasks of “default”, which is no id",
        "400 Invalid task list ID",
        _FOLIO,
    ),
    (
        "task-list-unknown",
        "notFound",
        "the tasks of a list that is not there",
        "404 Task list not found.",
        f"{TASKS}tasks/list",
    ),
    (
        "task-id",
        "invalid",
        "a task of an id that is none",
        "400 Invalid task ID",
        f"{GITHUB}mikeberger/borg_calendar/issues/198",
    ),
    ("task-unknown", "notFound", "a task that is not there", "404 Task not found.", f"{TASKS}tasks/get"),
    (
        "task-id-in-body",
        "invalid",
        "a new task with an id that is none",
        "400 Invalid task ID",
        f"{GITHUB}mikeberger/borg_calendar/issues/198",
    ),
    (
        "task-id-missing",
        "required",
        "an update without an id in its body",
        "400 Missing task ID",
        f"{GITHUB}conorbronsdon/gws-mcp-server/pull/9",
    ),
    (
        "task-id-of-another",
        "invalid",
        "an update with another task's id in its body",
        "400 Invalid task ID",
        f"{TASKS}tasks/update",
    ),
    ("task-deleted-again", "notFound", "delete of a deleted task", "404 Task not found.", f"{TASKS}tasks/delete"),
    *(
        (f"task-etag-{verb}", "conditionNotMet", f"{verb} with an old etag", _STALE, f"{TASKS}tasks")
        for verb in ("patch", "update", "delete", "move")
    ),
)

CHANGES = rows(
    ("task-due-day-alone", "badRequest", "due=2026-11-30", _INVALID, _DUE),
    ("task-due-without-offset", "badRequest", "due=2026-11-30T00:00:00", _INVALID, _DUE),
    ("task-due-no-day", "badRequest", "due on 31 November", _INVALID, _TIMES),
    ("task-completed-day-alone", "badRequest", "completed=2026-11-30", _INVALID, _TIMES),
    ("task-status", "badRequest", "a task with the status “done”", _INVALID, f"{TASKS}tasks#Task"),
    ("task-title-long", "badRequest", "a title of 1,025 characters", _INVALID, f"{TASKS}tasks#Task"),
    ("task-notes-long", "badRequest", "notes of 8,193 characters", _INVALID, f"{TASKS}tasks#Task"),
    ("task-list-title-long", "badRequest", "a list with a title of 1,025 characters", _INVALID, f"{TASKS}tasklists"),
    (
        "task-list-default-deleted",
        "invalid",
        "to delete the list that is there from the beginning",
        "400 Invalid Value",
        f"{GITHUB}jrupac/tasky/issues/20",
    ),
    *(
        (f"task-bound-{name}", "badRequest", f"{asked}=2026-11-30", _INVALID, _TIMES)
        for name, asked in (
            ("due-min", "dueMin"),
            ("due-max", "dueMax"),
            ("completed-min", "completedMin"),
            ("completed-max", "completedMax"),
            ("updated-min", "updatedMin"),
        )
    ),
    ("task-page-size", "badRequest", "maxResults=-1", _INVALID, f"{TASKS}tasks/list"),
    (
        "task-page-token",
        "invalid",
        "a pageToken that was never given out",
        "400 Invalid page token",
        f"{TASKS}tasks/list",
    ),
    (
        "task-page-token-of-other-query",
        "invalid",
        "a pageToken of another query",
        "400 Invalid page token",
        f"{TASKS}tasks/list",
    ),
    ("task-parent-unknown", "invalid", "a task below none", "400 Invalid parent task ID", f"{TASKS}tasks/insert"),
    (
        "task-parent-deleted",
        "invalid",
        "a task below a deleted one",
        "400 Invalid parent task ID",
        f"{TASKS}tasks/move",
    ),
    ("task-moved-into-itself", "invalid", "a task below itself", "400 Invalid parent task ID", f"{TASKS}tasks/move"),
    ("task-previous-unknown", "invalid", "a task behind none", "400 Invalid previous task ID", f"{TASKS}tasks/insert"),
    (
        "task-previous-elsewhere",
        "invalid",
        "a task behind one that has another parent",
        "400 Invalid previous task ID",
        f"{TASKS}tasks/move",
    ),
    (
        "task-move-hidden",
        "invalid",
        "a hidden task below another",
        "400 A hidden task can only be first at the top level.",
        f"{TASKS}tasks/move",
    ),
)

LIMITS = rows(
    (
        "tasks-quota-day",
        "rateLimitExceeded",
        "more requests in a day than the project may make",
        "403 Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service …",
        "https://developers.google.com/workspace/tasks/limits",
    ),
    (
        "tasks-quota-user",
        "rateLimitExceeded",
        "more requests in a minute than a user may make",
        "403 Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service …",
        "https://developers.google.com/workspace/tasks/limits",
    ),
    (
        "task-list-full",
        "quotaExceeded",
        "the task after the 20,000th of a list",
        "403 The limit of tasks of a list is reached.",
        f"{TASKS}tasks/insert",
    ),
    (
        "task-lists-2001",
        "quotaExceeded",
        "the list after the 2,000th",
        "403 The limit of task lists is reached.",
        f"{TASKS}tasklists/insert",
    ),
    (
        "task-subtasks-2001",
        "quotaExceeded",
        "the task after the 2,000th below another",
        "403 The limit of subtasks of a task is reached.",
        f"{TASKS}tasks/move",
    ),
    (
        "task-batch-part-unknown",
        "invalid",
        "a call of a batch for no task",
        "400 Invalid task ID",
        _DOCUMENT,
    ),
)
