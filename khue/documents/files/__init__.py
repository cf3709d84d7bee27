"""Files that come in: checked by content, stored under their hash, read in the background."""
