"""What stands round another adapter of the same port, and saves it calls."""
