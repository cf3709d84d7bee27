"""Documents beside each other: who carries what (`cascade`), what changed (`changes`), what clashes (`clashes`)."""

from khue.reader.compare.cascade import Cascade, Link, cascade
from khue.reader.compare.changes import Change, Changes, changes
from khue.reader.compare.clashes import Clash, clashes

__all__ = ["Cascade", "Change", "Changes", "Clash", "Link", "cascade", "changes", "clashes"]
