"""Template tags of the people's room."""
