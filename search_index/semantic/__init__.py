"""Meaning: embedding passages, embedding queries, and the cosine between them."""
