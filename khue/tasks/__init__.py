"""Obligations in the hands of units: given, followed, reported on, verified."""
