"""Home, search, errors, the design system."""
