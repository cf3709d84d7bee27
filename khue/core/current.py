"""What the current request is about; set by the middlewares, read by the log and the action log."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
on_behalf_of: ContextVar[int | None] = ContextVar("on_behalf_of", default=None)
