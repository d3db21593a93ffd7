"""Google Calendar in the simulator: calendars, events with their copies and occurrences, sync tokens, refusals."""
