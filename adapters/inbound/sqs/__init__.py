"""What drives the use cases that other services' events concern, where a container asks the queue for them."""
