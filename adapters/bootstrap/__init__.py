"""Where everything is plugged together: the only place that names concrete adapters."""
