"""Measurements: ratios taken side by side in one run. `make bench` writes one report; nothing here is a test."""

import os

os.environ.setdefault("BPV_ENV", "development")  # a machine that is measured on holds nobody's data
