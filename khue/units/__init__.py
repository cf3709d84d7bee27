"""Organisations and places through time, groups of them, and the words that name them."""
