"""Oneself: who the token acts as, and what it may do."""

from datetime import date
from typing import Any

from ninja import Router, Schema

from khue.api.kit import ApiRequest, UnitRef, errors

router = Router(tags=["people"])


class RoleOut(Schema):
    """A role that holds today; it reaches the unit and everything below."""

    role: str
    unit: UnitRef
    valid_from: date
    valid_to: date | None


class TokenOut(Schema):
    """The token in use."""

    name: str
    scopes: list[str]
    expires_on: date


class Me(Schema):
    """The person the token acts as."""

    id: int
    username: str
    full_name: str
    title: str
    email: str
    roles: list[RoleOut]
    token: TokenOut


@router.get("/people/me", response={200: Me, **errors(401, 403, 422)}, url_name="me", operation_id="me")
def me(request: ApiRequest) -> Any:
    """Who I am, my roles of today, my token's scopes."""
    user = request.user
    own = {name: getattr(user, name) for name in ("id", "username", "full_name", "title", "email")}
    return own | {"roles": request.person.roles, "token": request.token}
