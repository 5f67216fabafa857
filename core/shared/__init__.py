"""What the four services have in common: money, ids, errors, paging, and who is asking."""
