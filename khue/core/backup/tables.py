"""Which tables are kept, and how a value is written as JSON and read again."""

import base64
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import models
from django.db.models import QuerySet

# sessions end with the server they were made on; content types and permissions are made by migrating
LEFT_OUT_APPS = frozenset({"sessions", "contenttypes", "auth", "usersessions"})
JOBS = "django_tasks_database.dbtaskresult"


def kept_models(apps: Apps) -> list[type[models.Model]]:
    """Every table that goes into the archive, in a fixed order."""
    found = [m for m in apps.get_models(include_auto_created=True) if _kept(m)]
    return sorted(found, key=lambda m: m._meta.label_lower)


def _kept(model: type[models.Model]) -> bool:
    meta = model._meta
    return meta.managed and not meta.proxy and not meta.swapped and meta.app_label not in LEFT_OUT_APPS


def rows_of(model: type[models.Model]) -> "QuerySet[Any]":
    """The rows that are kept, in the order of their keys."""
    rows = model._base_manager.order_by("pk")
    return rows.exclude(status__in=["SUCCESSFUL", "FAILED"]) if model._meta.label_lower == JOBS else rows


def columns_of(model: type[models.Model]) -> list[str]:
    """The names under which the fields are written."""
    return [field.attname for field in model._meta.concrete_fields]


def waiting(model: type[models.Model], columns: list[str], row: list[Any]) -> list[Any]:
    """A job that ran when the snapshot was taken waits again."""
    if model._meta.label_lower != JOBS:
        return row
    return ["READY" if name == "status" else None if name == "started_at" else value for name, value in zip(columns, row, strict=True)]


def as_json(value: Any) -> Any:
    """For values that JSON has no form of; nothing is rounded."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(f"{type(value).__name__} has no place in an archive")


def for_database(field: "models.Field[Any, Any]", value: Any, connection: Any) -> Any:
    """A value from the archive as the database at hand takes it."""
    if isinstance(field, models.JSONField):
        if value is None and field.null:
            return None
        return connection.ops.adapt_json_value(value, field.encoder)
    if isinstance(field, models.BinaryField) and value is not None:
        return field.get_db_prep_save(base64.b64decode(value), connection)
    return field.get_db_prep_save(field.to_python(value), connection)
