"""Reorganisations: found, rename, transfer, merge, split, dissolve; previewed, applied on their day, undone."""

from khue.units.reorganise.applying import apply, apply_due, undo
from khue.units.reorganise.previewing import preview

__all__ = ["apply", "apply_due", "preview", "undo"]
