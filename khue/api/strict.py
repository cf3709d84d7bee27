"""What an operation does not take is refused, never dropped: a misspelled filter would list everything, a misspelled figure be lost."""

import functools
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from khue.core.errors import KhueError
from khue.core.said import said

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
# so many are named in one answer, and so much of each
MOST_NAMED, LONGEST = 20, 100
Names = dict[str, list[str]]


def strict(api: NinjaAPI) -> None:
    """Makes every operation of the API refuse names that it does not take."""

    def of(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        takes = taken(run.__self__.models)  # type: ignore[attr-defined]

        @functools.wraps(run)
        def checked(request: HttpRequest, **path: Any) -> HttpResponse:
            try:
                refuse_others(request, takes)
            except Exception as error:  # every handler of the API, also for a body that cannot be read
                return api.on_exception(request, error)
            return run(request, **path)

        return checked

    api.add_decorator(of, mode="view")


def taken(models: Iterable[Any]) -> Names:
    """{query, form, file, body: the names that callers may use}, from what ninja made of the arguments of an operation."""
    found: Names = {}
    for model in models:
        fields: Any = model.model_fields
        if model.__ninja_param_source__ == "body":
            # one schema, whose fields are the keys of the JSON
            fields = next(iter(fields.values())).annotation.model_fields
        found[model.__ninja_param_source__] = list(getattr(model, "__ninja_flatten_map__", None) or fields)
    return found


def refuse_others(request: HttpRequest, takes: Names) -> None:
    """Raises ValidationError for names that are not taken, KhueError for JSON where a form is expected."""
    wrong = [_wrong(name, "unknown", takes.get("query", [])) for name in request.GET if name not in takes.get("query", [])]
    if request.method not in ("GET", "HEAD"):
        wrong += _in_form(request, takes) if request.content_type in FORMS else _in_json(request, takes)
    if wrong:
        raise ValidationError(wrong[:MOST_NAMED])


def _in_form(request: HttpRequest, takes: Names) -> list[dict[str, Any]]:
    if "body" in takes:
        # cannot be read as JSON: told where it is read
        return []
    words, files = takes.get("form", []), takes.get("file", [])
    wrong = [_wrong(n, "file_expected" if n in files else "unknown", words + files) for n in request.POST if n not in words]
    return wrong + [_wrong(n, "text_expected" if n in words else "unknown", words + files) for n in request.FILES if n not in files]


def _in_json(request: HttpRequest, takes: Names) -> list[dict[str, Any]]:
    if request.body and ("form" in takes or "file" in takes):
        raise KhueError("request.form", said("Địa chỉ này nhận biểu mẫu, không nhận JSON."), said("Gửi multipart/form-data."))
    told, names = _read(request.body), takes.get("body", [])
    if not isinstance(told, dict):
        # ninja would look for fields in it, find none and go on
        return [_wrong("body", "model_type", names)]
    return [_wrong(name, "unknown", names) for name in told if name not in names]


def _read(body: bytes) -> Any:
    """The JSON of a request; what cannot be read is told where it is read."""
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}


def _wrong(name: str, kind: str, known: list[str]) -> dict[str, Any]:
    kind = kind if known or kind != "unknown" else "nothing"
    return {"type": kind, "loc": ("sent", name[:LONGEST]), "msg": kind, "ctx": {"names": ", ".join(known)}}


def closed(described: dict[str, Any]) -> dict[str, Any]:
    """The description with its bodies and forms closed to other names, as they are."""
    schemas = described["components"]["schemas"]
    for operation in (o for methods in described["paths"].values() for o in methods.values()):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"]
            schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)["additionalProperties"] = False
    return described
