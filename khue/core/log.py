"""The action log: every change of data is written by the function that makes it, in the same transaction."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from khue.core.current import on_behalf_of, request_id
from khue.core.models import Action


def log_action(verb: str, target: models.Model, *, by: Any, unit_id: int | None = None, changes: Mapping[str, Any] | None = None) -> Action:
    """Writes what was done to `target`. `changes` maps a field to [before, after]; call it inside the change's transaction."""
    return Action.objects.create(
        verb=verb,
        target_type=target._meta.model_name or "",
        target_id=target.pk,
        target_name=str(target)[:300],
        unit_id=unit_id if unit_id is not None else getattr(target, "unit_id", None),
        by=by,
        on_behalf_of_id=on_behalf_of.get(),
        changes=plain_changes(changes or {}),
        request_id=request_id.get(),
    )


def plain_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as JSON can hold them; dates and models become text."""
    return {name: _plain(value) for name, value in changes.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [before, after]} of the fields that differ."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
