"""Khuê: from the sentence that was signed to the number that was reached."""

__version__ = "0.1.0"
