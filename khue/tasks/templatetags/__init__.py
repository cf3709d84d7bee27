"""Words and colours of tasks in templates."""
