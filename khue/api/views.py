"""The description of the API: as OpenAPI for programs, as a page for people."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from khue.accounts.access import PAGES, SCOPES
from khue.api.site import api, schema


@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """OpenAPI 3.1; holds nothing that belongs to anybody."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with what it takes and answers, made from the same description."""
    described = schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in described["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_line(address, method.upper(), operation))
    return render(request, "api/reference.html", {"groups": groups, "schemas": _schemas(described), "scopes": SCOPES})


def _line(address: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    page = PAGES[f"api:{_NAMES[operation['operationId']]}"]
    answers = operation["responses"]
    return {
        "address": address,
        "method": method,
        "about": operation.get("description", ""),
        "scope": page.scope,
        "takes": [_field(p["name"], p["schema"], p["required"]) for p in operation.get("parameters", [])] + _body(operation),
        "gives": [(code, _type(_content(a))) for code, a in answers.items() if int(code) < 300],
        "errors": ", ".join(str(code) for code in answers if int(code) >= 400),
    }


_NAMES = {
    operation.operation_id: operation.url_name
    for router in api._get_bound_routers()
    for view in router.path_operations.values()
    for operation in view.operations
}


def _content(answer: dict[str, Any]) -> dict[str, Any]:
    contents: list[dict[str, Any]] = list(answer.get("content", {}).values())
    return contents[0]["schema"] if contents else {}


def _body(operation: dict[str, Any]) -> list[dict[str, Any]]:
    schema = _content(operation.get("requestBody", {}))
    if "$ref" in schema:
        return [{"name": "body", "type": _type(schema), "required": True, "about": ""}]
    needed = schema.get("required", [])
    return [_field(name, field, name in needed) for name, field in schema.get("properties", {}).items()]


def _field(name: str, field: dict[str, Any], required: bool) -> dict[str, Any]:
    return {"name": name, "type": _type(field), "required": required, "about": field.get("description", "")}


def _type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in field:
        return " | ".join(_type(f) for f in field["anyOf"])
    if "enum" in field:
        return " | ".join(f'"{v}"' for v in field["enum"])
    if field.get("type") == "array":
        return f"[{_type(field.get('items', {}))}]"
    return str(field.get("format") or field.get("type") or "object")


def _schemas(described: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, shape in sorted(described["components"]["schemas"].items()):
        fields = [_field(n, f, n in shape.get("required", [])) for n, f in shape.get("properties", {}).items()]
        found.append({"name": name, "about": shape.get("description", ""), "fields": fields})
    return found
