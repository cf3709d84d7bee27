"""People, their roles at units, what each may see."""
