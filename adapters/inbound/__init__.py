"""What drives the core: HTTP, the command line, the gateway, and the worker's clock."""
