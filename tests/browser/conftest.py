"""A real browser on the real pages: Debian's Chromium through Playwright, with the app's own server."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("KHUE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    """Every test here needs the browser, and a database that keeps what the server writes."""
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="skipped: Chromium is not installed here"))


@pytest.fixture(scope="session")
def chromium():
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from khue.portal.fonts import make_fonts

    make_fonts(Path(settings.HOME) / "fonts")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def kept_demo():
    """A copy of the database with the demo, once a test has made it."""
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    yield copy
    copy.close()


@pytest.fixture
def made_demo(transactional_db, kept_demo):
    """The demo in the database: made by the first test that wants it, copied back for the others."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from khue.portal.demo import make

    connection.ensure_connection()
    if connection.vendor == "sqlite" and kept_demo.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        kept_demo.backup(connection.connection)
        ContentType.objects.clear_cache()
        return
    make()
    if connection.vendor == "sqlite":
        connection.connection.backup(kept_demo)


def settle(page):
    """Waits until nothing is being loaded any more; Playwright's own "networkidle" waits half a second longer."""
    page.wait_for_load_state("load")
    still = 0
    while still < 3:
        page.wait_for_timeout(15)
        still = 0 if page.loading else still + 1


@pytest.fixture
def visit(chromium, live_server, settings):
    """visit(user, width=1280, ...) gives a page of a new browser context signed in as the user."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    contexts = []

    def opened(user=None, *, width=1280, height=900, language="vi", **more):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(10_000)
        contexts.append(context)
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
        if user is not None:
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": live_server.url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.errors, page.loading = [], set()
        page.on("request", lambda request: page.loading.add(request))
        page.on("requestfinished", lambda request: page.loading.discard(request))
        page.on("requestfailed", lambda request: page.loading.discard(request))
        # shown with a test that fails
        page.on("response", lambda answer: print(answer.status, answer.url) if answer.status >= 500 else None)
        page.on("requestfailed", lambda request: print(request.failure, request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" and "Failed to load resource" not in m.text else None)
        return page

    yield opened
    for context in contexts:
        # what the server is still answering would hold the tables that are emptied next
        for page in context.pages:
            for _ in range(100):
                if not getattr(page, "loading", None):
                    break
                page.wait_for_timeout(15)
        context.close()


def session_of(user):
    from django.test import Client

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value
