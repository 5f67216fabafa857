"""What calls the shop in AWS Lambda: requests over HTTP, messages of a queue, a schedule."""
