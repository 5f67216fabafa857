"""The four services apart, each a process of its own, which reach each other over HTTP: as in containers."""
