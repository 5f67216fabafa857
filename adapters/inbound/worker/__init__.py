"""What drives the use cases that nobody asks for: the passing of time."""
