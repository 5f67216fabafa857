"""What the core drives: one folder a technology."""
