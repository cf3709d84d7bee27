"""A token for a person, and a client that sends it."""

from datetime import timedelta
from typing import Any

from django.test import Client

from khue.accounts import tokens
from khue.accounts.access import SCOPES
from khue.accounts.models import User
from khue.units.tree import today


def token(user: User, *scopes: str, days: int = 30) -> str:
    """The secret of a new token; with every scope unless some are named."""
    return tokens.make(user, name="Phần mềm quản lý trường", scopes=scopes or SCOPES, expires_on=today() + timedelta(days=days))[1]


class Program:
    """A program that acts as a person."""

    def __init__(self, user: User, *scopes: str) -> None:
        self.secret = token(user, *scopes)
        self.client = Client(raise_request_exception=True)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/{path}", query, headers={"Authorization": f"Bearer {self.secret}"})

    def post(self, path: str, body: dict[str, Any] | None = None, *, form: bool = False, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", **({"Idempotency-Key": key} if key else {})}
        kind = {} if form else {"content_type": "application/json"}
        return self.client.post(f"/api/{path}", body or {}, headers=headers, **kind)

    def read(self, path: str, **query: Any) -> Any:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def do(self, path: str, body: dict[str, Any] | None = None, **how: Any) -> Any:
        answer = self.post(path, body, **how)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()
