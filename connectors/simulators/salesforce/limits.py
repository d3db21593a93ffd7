"""What an org may use in a day, an hour, or at all, and how much of it is left.

REST API Developer Guide, "Limits" and "List Org Limits"; the numbers are those of an Enterprise Edition org. What this
simulator does not offer is told as unused.
"""

from __future__ import annotations

from typing import Any

from connectors.simulators.salesforce import values
from connectors.simulators.salesforce.org import DAY
from connectors.simulators.salesforce.transaction import Transaction

MOST_SETS, MOST_OWN_SETS = 1500, 1000
MOST_QUERY_JOBS, MOST_BATCHES = 10_000, 15_000
STORAGE = 10_240
UNUSED = {
    "AnalyticsExternalDataSizeMB": 40_960,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyAsyncApexExecutions": 250_000,
    "DailyAsyncApexTests": 500,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyDeliveredPlatformEvents": 50_000,
    "DailyDurableGenericStreamingApiEvents": 10_000,
    "DailyDurableStreamingApiEvents": 10_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyStandardVolumePlatformEvents": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 2_000,
    "DurableStreamingApiConcurrentClients": 20,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyDashboardRefreshes": 200,
    "HourlyDashboardResults": 5_000,
    "HourlyDashboardStatuses": 999_999_999,
    "HourlyODataCallout": 20_000,
    "HourlyPublishedPlatformEvents": 50_000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 1_000,
    "MassEmail": 5_000,
    "SingleEmail": 5_000,
    "StreamingApiConcurrentClients": 20,
}


def told(tx: Transaction) -> dict[str, Any]:
    """Name → Max and Remaining."""
    usage = tx.org.usage
    used = {
        "DailyApiRequests": (usage.allowed, usage.used(tx.now)),
        "DailyBulkApiBatches": (MOST_BATCHES, _jobs(tx, "ingest")),
        "DailyBulkV2QueryJobs": (MOST_QUERY_JOBS, _jobs(tx, "query")),
        "DataStorageMB": (STORAGE, STORAGE if tx.org.storage_full else 364),
        "FileStorageMB": (STORAGE, STORAGE if tx.org.files_full else 239),
    }
    known = used | {name: (most, 0) for name, most in UNUSED.items()}
    return {name: _left(*known[name]) for name in sorted(known)} | {"PermissionSets": _sets(tx)}


def _left(most: int, used: int) -> dict[str, int]:
    return {"Max": most, "Remaining": max(most - used, 0)}


def _jobs(tx: Transaction, kind: str) -> int:
    since = values.moment(tx.now - DAY)
    return sum(job.kind == kind and job.created > since for job in tx.org.bulk.jobs.values())


def _sets(tx: Transaction) -> dict[str, Any]:
    own = sum(not row["IsOwnedByProfile"] for row in tx.org.store.rows("PermissionSet"))
    return _left(MOST_SETS, own) | {"CreateCustom": _left(MOST_OWN_SETS, own)}
