"""Measurements: ratios taken side by side in one run. `make bench` writes one report; nothing here is a test."""
