"""From the text of a document to what it asks for. Pure Python: no Django, no network, no database."""

from khue.reader.loading import load
from khue.reader.model import Reading
from khue.reader.read import read

__all__ = ["Reading", "load", "read"]
