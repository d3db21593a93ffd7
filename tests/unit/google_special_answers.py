"""What Google answers to some requests alone; the form of the tables is that of `google_answers`."""

# The operation tells these apart from items that are gone.
HISTORY = """
404 notFound -> notFound:historyId: cursor_expired mailbox nobody
    Requested entity was not found.
404 NOT_FOUND -> notFound:historyId: cursor_expired mailbox nobody
    Requested entity was not found.
400 invalid -> notFound:historyId: cursor_expired mailbox nobody
    Invalid value for startHistoryId: 12ab
400 invalidArgument -> notFound:historyId: cursor_expired mailbox nobody
    Invalid startHistoryId
400 badRequest -> notFound:historyId: cursor_expired mailbox nobody
    Invalid value at 'start_history_id' (TYPE_UINT64)
400 INVALID_ARGUMENT -> notFound:historyId: cursor_expired mailbox nobody
    Invalid value at 'start_history_id' (TYPE_UINT64)
400 invalid -> badRequest: invalid item vendor_support
    Invalid value for maxResults: 501
"""

# Looked up afterwards: the id belonged to something that was deleted, and is not to be had again.
USED_UP = """
409 duplicate -> duplicate:generation: conflict item nobody
    The requested identifier already exists.
"""

# Tasks says of an id that it does not know what others say of a value.
TASKS = """
400 invalid -> notFound: not_found item nobody
    Invalid task list ID
400 invalid -> notFound: not_found item nobody
    Invalid task ID
400 badRequest: invalid item vendor_support
    Invalid task ID
"""

# To whoever wants to be told of changes.
PUSH = """
400 push.webhookUrlNotHttps -> pushAddress: config organization vendor_support
    WebHook callback must be HTTPS: http://push.example
401 push.webhookUrlUnauthorized -> pushAddress: config organization vendor_support
    Unauthorized WebHook callback channel: https://push.example
400 push.webhookUrlNoHostOrAddress -> pushAddress: config organization vendor_support
    No host
400 pushNotSupportedForRequestedResource -> pushUnsupported: config item nobody
    Push notifications are not supported by this resource.
400 channelIdNotUnique: conflict item nobody
    Channel id 7 not unique
400 push.channelIdNotUnique -> channelIdNotUnique: conflict item nobody
    Channel id 7 not unique
403 forbidden -> pushTopic: config organization vendor_support
    Error sending test message to Cloud PubSub projects/p/topics/t : User not authorized to perform this action.
404 notFound -> pushTopic: config organization vendor_support
    Error sending test message to Cloud PubSub projects/p/topics/t : Resource not found (resource=t).
400 invalidArgument -> pushTopic: config organization vendor_support
    topicName required
400 failedPrecondition -> pushOtherTopic: config mailbox vendor_support
    Only one user push notification client allowed per developer (call /stop then try again)
"""
