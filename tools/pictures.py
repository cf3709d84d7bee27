"""Takes the pictures of docs/pictures: the main screens at phone and desk size, in both languages, light and dark.

`python tools/pictures.py` makes a demo in a folder of its own, serves it, looks at it with Chromium, and puts smaller
pictures (PNG, 256 colours) into docs/pictures, with a page that shows them all.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/pictures"
SCREENS = {
    "sign-in": ("", "/tai-khoan/login/"),
    "home": ("vanthu", "/"),
    "register": ("vanthu", "/van-ban/"),
    "upload": ("vanthu", "/van-ban/tai-len/"),
    "document": ("vanthu", "/van-ban/5/"),
    "review": ("vanthu", "/van-ban/1/soat/"),
    "tasks": ("truongphong", "/viec/"),
    "month": ("truongphong", "/viec/thang/"),
    "operations": ("truongphong", "/dieu-hanh/"),
    "head-home": ("hieutruong", "/"),
    "record": ("hieutruong", "/viec/nguoi-dung-dau/"),
    "since": ("truongphong", "/viec/thay-doi/"),
    "report": ("tp.lanhdao", "/van-ban/bao-cao/1/"),
    "history": ("vanthu", "/van-ban/5/lich-su/"),
    "units": ("quantri", "/don-vi/"),
    "groups": ("quantri", "/don-vi/nhom/"),
    "people": ("quantri", "/nguoi/"),
    "me": ("quantri", "/nguoi/toi/"),
    "design": ("vanthu", "/thiet-ke/"),
}
# (name, width, height, language, light or dark)
KINDS = [
    ("desk", 1280, 800, "vi", "light"),
    ("phone", 390, 800, "vi", "light"),
    ("desk-dark", 1280, 800, "vi", "dark"),
    ("phone-en", 390, 800, "en", "light"),
    ("desk-en", 1280, 800, "en", "light"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def main() -> int:
    """Makes every picture; needs Chromium."""
    chromium = os.environ.get("KHUE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("skipped: Chromium is not installed here")
        return 0
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "KHUE_HOME": home, "KHUE_REQUIRE_MFA": "0", "DJANGO_SETTINGS_MODULE": "khue.settings"}
        khue = [sys.executable, "-m", "khue"]
        subprocess.run([*khue, "demo"], env=environ, check=True, stdout=subprocess.DEVNULL)
        port = _free_port()
        server = subprocess.Popen([*khue, "serve", "--port", str(port)], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/health/")
            os.environ.update(environ)
            _take(chromium, f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()
    _write_page()
    return 0


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _session(username: str) -> str:
    from django.test import Client

    from khue.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


def _take(chromium: str, base: str) -> None:
    import django
    from PIL import Image
    from playwright.sync_api import sync_playwright

    django.setup()
    sessions = {user: _session(user) for user, _ in SCREENS.values() if user}
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for kind, width, height, language, scheme in KINDS:
            for name, (user, address) in SCREENS.items():
                context = browser.new_context(base_url=base, viewport={"width": width, "height": height}, color_scheme=scheme)
                cookies = [{"name": "django_language", "value": language, "url": base}]
                if user:
                    cookies.append({"name": "sessionid", "value": sessions[user], "url": base})
                context.add_cookies(cookies)
                page = context.new_page()
                page.goto(address)
                page.wait_for_timeout(400)
                target = OUT / f"{name}-{kind}.png"
                page.screenshot(path=str(target))
                Image.open(target).convert("RGB").quantize(128).save(target, optimize=True)
                context.close()
        browser.close()


def _write_page() -> None:
    lines = ["# Pictures", "", "Made by `make pictures` from the demo; every name and figure in them is made up.", ""]
    for name in SCREENS:
        lines += [f"## {name}", ""]
        lines += [f"![{name}, {kind}]({name}-{kind}.png)" for kind, *_ in KINDS] + [""]
    (OUT / "README.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
