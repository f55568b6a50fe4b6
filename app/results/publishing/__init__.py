"""A round made public, once and for good: its figures, the public report of them, and open data."""
