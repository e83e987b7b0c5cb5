"""Lambda events that are not HTTP requests."""
