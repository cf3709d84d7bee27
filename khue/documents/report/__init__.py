"""Reports drawn from tasks, in the office's form."""
