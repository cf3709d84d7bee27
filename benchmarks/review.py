"""How many keys and how much waiting the review of one document takes, against one key for each obligation.

python benchmarks/review.py [FILE]      (default: the longest sample document)

A browser uploads the file, answers each question with what was probably meant, accepts section by section and looks at
each doubtful obligation; the time between a key and the next thing in focus is measured in the page itself.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Prints keys, waits and the ratio to the limit."""
    chromium = os.environ.get("KHUE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("skipped: Chromium is not installed here")
        return 0
    default = max((ROOT / "samples").glob("*.txt"), key=lambda p: p.stat().st_size)
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    from tools.pictures import FLAGS, _free_port, _session, _wait

    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "KHUE_HOME": home, "KHUE_REQUIRE_MFA": "0", "DJANGO_SETTINGS_MODULE": "khue.settings"}
        khue = [sys.executable, "-m", "khue"]
        subprocess.run([*khue, "demo"], env=environ, check=True, stdout=subprocess.DEVNULL)
        port = _free_port()
        server = subprocess.Popen([*khue, "serve", "--port", str(port)], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(f"{base}/health/")
            os.environ.update(environ)
            import django

            django.setup()
            _measure(chromium, FLAGS, base, _session("vanthu"), file)
        finally:
            server.terminate()
            server.wait()
    return 0


def _measure(chromium: str, flags: list[str], base: str, session: str, file: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900}, bypass_csp=True)
        context.add_cookies([{"name": "sessionid", "value": session, "url": base}, {"name": "django_language", "value": "vi", "url": base}])
        page = context.new_page()
        page.goto("/van-ban/tai-len/")
        again = Path(tempfile.mkdtemp()) / f"ban-khac-{file.name}"
        again.write_bytes(file.read_bytes() + b"\n")
        page.set_input_files("input[type=file]", str(again))
        page.get_by_role("button", name="Tải lên và đọc").click()
        page.get_by_role("link", name="Soát văn bản").click()
        page.locator(".it").first.wait_for()
        tasks = page.locator(".it").count()
        keys, waits = _review(page)
        page.get_by_text("Đã chốt kế hoạch").wait_for()
        browser.close()
    waits.sort()
    print(f"{tasks} obligations settled with {keys} keys: {keys / tasks:.2f}x of one key each")
    print(f"wait after a key: median {waits[len(waits) // 2]:.0f} ms, longest {waits[-1]:.0f} ms ({waits[-1] / 100:.2f}x of 100 ms)")


def _review(page: Any) -> tuple[int, list[float]]:
    keys, waits = 0, []

    def press(key: str) -> None:
        nonlocal keys
        page.evaluate(
            "addEventListener('keydown', () => { const t = performance.now(); requestAnimationFrame(() => setTimeout(() => { window.waited = performance.now() - t; })); }, { once: true, capture: true })"
        )
        page.keyboard.press(key)
        keys += 1
        page.wait_for_timeout(40)
        waits.append(page.evaluate("window.waited ?? 0"))

    while page.locator(".sl:not(.sl-done)").count():
        press("q"), press("1")
    press("g")
    while page.locator(".it[data-state=proposed]").count():
        press("Enter" if page.evaluate("document.querySelector('.it.on')?.hasAttribute('data-doubt')") else "Shift+A")
    page.wait_for_function("Object.entries(localStorage).every(([k, v]) => !k.startsWith('khue-review-') || JSON.parse(v).length === 0)")
    page.keyboard.press("c")
    return keys + 1, waits


if __name__ == "__main__":
    sys.exit(main())
