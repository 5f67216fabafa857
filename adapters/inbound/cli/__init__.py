"""The command `shop`: runs the whole shop on one machine, shows it, and serves those who operate one."""
