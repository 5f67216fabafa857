"""The shop itself: rules, use cases and ports, in nothing but the standard library."""

VERSION = "0.1.0"
"""The version of the whole project, by Semantic Versioning."""
