"""Words: the durable index, the scores, and what a mistyped word may have meant."""
