"""Who the customers are, how they prove it, and where their parcels go."""
