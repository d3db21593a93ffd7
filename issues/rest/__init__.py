"""The parts of the REST interface of issues: what comes in, what goes out, what narrows a list, what is ordered."""
