"""The functions: a module for each kind of event, whose attribute `handler` is what AWS Lambda calls."""
