"""Documents of an office: for now, a plan in the forms an office works with."""
