"""Figures of earlier years, as they were published or delivered: loading them, and what they are in our terms."""
