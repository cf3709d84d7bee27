"""Reads `catalog/`: what the law and the sector say, as data."""

from khue.catalog.loader import catalog_folders, load_entry

__all__ = ["catalog_folders", "load_entry"]
