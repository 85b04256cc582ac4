"""The web floor: one package per surface, and what all surfaces share."""
