"""Measurements, run by hand and by `make bench`; never timed in tests."""
