"""The pages of units, places and groups."""
