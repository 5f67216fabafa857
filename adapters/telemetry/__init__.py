"""What a process says about itself while it works: log lines, metrics and traces."""
