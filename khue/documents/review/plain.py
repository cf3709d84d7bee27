"""The form of one obligation, sent by a browser without JavaScript, as the steps that it asks for."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from khue.core.text import squeeze
from khue.documents.models import Obligation

Asked = tuple[str, dict[str, Any]]


def field_steps(found: Obligation, post: Mapping[str, str]) -> Iterator[Asked]:
    """(step, data) of each field that differs from what the form showed, then of the button pressed."""
    for name in ("due", "recurs", "note", "product"):
        base, now = post.get(f"_base_{name}", ""), post.get(name, "").strip()
        if now != base:
            yield "field", {"items": [found.pk], "field": name, "value": now, "base": base}
    for name in ("owners", "partners"):
        known: list[dict[str, Any]] = getattr(found, name)
        lines = [squeeze(line) for line in post.get(name, "").splitlines() if squeeze(line)]
        if lines != [u["quote"] or u["label"] for u in known]:
            yield "field", {"items": [found.pk], "field": name, "value": _units(lines, known), "base": known}
    if "targets" in post and post["targets"].strip() != post.get("_base_targets", "").strip():
        yield "field", {"items": [found.pk], "field": "targets", "value": json.loads(post["targets"] or "[]"), "base": found.targets}
    if post.get("do") in ("accepted", "rejected", "proposed"):
        yield "state", {"items": [found.pk], "state": post["do"]}


def _units(lines: list[str], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines as units; one that was there keeps what it was resolved to."""
    by_words = {u["quote"] or u["label"]: u for u in known}
    return [by_words.get(line, {"quote": line, "span": None, "rule": "person", "ref": None, "label": ""}) for line in lines]
