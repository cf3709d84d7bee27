"""The review of a reading: small steps, each kept with the state before it, safe to send twice and to take back."""

from khue.documents.review.apply import Refused, apply

__all__ = ["Refused", "apply"]
