"""The log of a running server: one line an event, as JSON or as text, with the request it belongs to."""

import logging
import re
import sys
from typing import Any

import structlog

from khue.core.current import request_id

# what PostgreSQL adds to an error quotes the row, and with it people's data
_DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*$", re.M)


def _without_rows(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    for name in ("exception", "error"):
        if isinstance(event.get(name), str):
            event[name] = _DETAIL.sub(r"\1: …", event[name])
    return event


def _without_address(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Django puts the address into its errors, and an address may hold a secret; the request's own line has it, masked."""
    if event.get("logger") == "django.request":
        event["event"] = str(event["event"]).partition(": /")[0]
    return event


def _with_request(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    # Django hands over the request itself, whose form holds what people typed
    event.pop("request", None)
    if current := request_id.get():
        event["request"] = current
    return event


def configure(options: dict[str, str]) -> None:
    """Sets up logging. `options` has `level` and `format` ("json" or "text")."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request,
        structlog.processors.format_exc_info,
        _without_rows,
        _without_address,
    ]
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if options["format"] == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options["level"])
    for name in ("django.server", "django.request", "gunicorn.error", "gunicorn.access", "django", "django_tasks"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.captureWarnings(True)
    logging.getLogger("django.request").setLevel("ERROR")
    for name in ("PIL", "fontTools"):
        logging.getLogger(name).setLevel("WARNING")
