"""The API put together. Each operation stands in accounts/access.py under its name, and the middleware holds it to that."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from khue.api import changes, documents, feeds, intake, numbers, people, problems, reports, shares, tasks, units
from khue.api.strict import closed, strict

TEXT = """Registers, plans, tasks, units, reports and numbers of Khuê, for programs.

Send `Authorization: Bearer khue_…` with a token made on the page “Mã truy cập”. A token acts as its person, within its
scopes and never beyond the person's roles of the day; what belongs to other units is 404. Lists take `limit` (200 at
most) and `offset` (100,000 at most). Every error is {"code", "message", "remedy"}; `code` is stable, the words come in
the language of `Accept-Language`. See docs/api.md.
"""


class Bearer(HttpBearer):
    """For the description only: accounts/bearer.py has let the request in already."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token that the door found."""
        return getattr(request, "token", None)


api = NinjaAPI(title="Khuê", version="1", description=TEXT, docs_url=None, openapi_url=None, urls_namespace="api", auth=Bearer())
problems.handle(api)
strict(api)
for room in (documents, intake, tasks, shares, units, people, reports, numbers, changes, feeds):
    api.add_router("", room.router)


def schema() -> dict[str, Any]:
    """The description of the API (OpenAPI 3.1)."""
    return closed(api.get_openapi_schema(path_prefix="/api/"))
