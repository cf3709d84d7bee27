"""`manage check` fails where a page is missing from the access table, or the table names a page that is not there."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from khue.accounts.access import CAPABILITIES, PAGES, SCOPES

# static files are served before any view; these names have no view of ours behind them
NAMED_HALF = {"public", "signed-in", "half", "token"}


def page_names() -> Iterator[str]:
    """The view name of every address of the site."""
    yield from _names(get_resolver(), "")


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _names(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}" if entry.name else f"{prefix}{entry.lookup_str}"


@register("access")
def every_page_is_in_the_table(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Pages without an entry, entries without a page, entries that need an unknown capability."""
    names = set(page_names())
    missing = [
        Error(f"page {n!r} is not in the access table", hint=f'add to PAGES: "{n}": Page(...)', id="access.E001")
        for n in sorted(names - set(PAGES))
    ]
    stale = [Error(f"the access table names {n!r}, which is no page", id="access.E002") for n in sorted(set(PAGES) - names)]
    unknown = [
        Error(f"{n!r} needs {p.need!r}, which is no capability", id="access.E003")
        for n, p in PAGES.items()
        if p.need not in NAMED_HALF and p.need not in CAPABILITIES
    ]
    lost = [
        Error(f"{n!r} needs the scope {p.scope!r} and {p.can!r}, one of which there is not", id="access.E004")
        for n, p in PAGES.items()
        if (p.scope and p.scope not in SCOPES) or (p.can and p.can not in CAPABILITIES)
    ]
    return [*missing, *stale, *unknown, *lost]
