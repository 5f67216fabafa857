"""The shop itself: rules, use cases and ports, in nothing but the standard library."""
