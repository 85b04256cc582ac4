"""From the scores of both sides to an order of articles, and to a verdict on it."""
