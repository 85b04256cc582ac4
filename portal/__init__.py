"""A knowledge base and self-service portal: articles, search with a verdict, and a human when no article helps."""
