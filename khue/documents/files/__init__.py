"""The background work of this room: reading."""
