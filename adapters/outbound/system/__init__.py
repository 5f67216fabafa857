"""What this machine gives: the time, ids and randomness."""
