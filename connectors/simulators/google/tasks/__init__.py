"""Google Tasks in the simulator: task lists, tasks with their order, hidden and deleted ones, etags, refusals."""
