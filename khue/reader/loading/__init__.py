"""From a file to its text: `load(path)`. The kind of a file is told by its content, not by its name."""

from khue.reader.loading.load import DEFAULT_MAX_BYTES, Loaded, Place, load

__all__ = ["DEFAULT_MAX_BYTES", "Loaded", "Place", "load"]
