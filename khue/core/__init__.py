"""Text, dates and errors; knows nothing of education."""
