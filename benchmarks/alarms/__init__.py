"""Streams with and without faults, and what verdicts and plain rules say of them."""
