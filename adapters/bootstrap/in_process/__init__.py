"""Each service with what it needs of the others in the same process, over their stores: as in functions."""
