"""Everything around the core that touches the world."""
