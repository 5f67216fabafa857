"""`shop status`: what the four services say of themselves, in the terminal."""
