"""Files that come in: checked by content, limited while they come, stored under their hash."""
