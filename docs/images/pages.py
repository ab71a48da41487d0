"""Make the picture of a report that stands in the README: its beginning, and beside it a chapter, in a real browser.

Run after a change of what reports look like, then look at the picture::

    vernost report demo-data/cdnow/CDNOW_master.txt.gz --title CDNOW --currency USD --lang en --out demo/cdnow.html
    python docs/images/pages.py demo/cdnow.html docs/images/report-en.png
"""

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WIDTH, HEIGHT, MARGIN = 1192, 1540, 16
CHAPTER = "#who-stays"
LOOK = f"margin: 0; padding: {MARGIN}px; display: flex; gap: {MARGIN}px; background: #dfe5ec"


def make(report: Path, picture: Path) -> None:
    """Write the picture of a report, each leaf half as large as the browser shows it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(report.resolve().as_uri())
        leaves = [leaf(page), leaf(page, CHAPTER)]
        images = "".join(f'<img width={WIDTH // 2} src="data:image/png;base64,{data}">' for data in leaves)
        page.set_viewport_size({"width": WIDTH + 3 * MARGIN, "height": HEIGHT // 2 + 2 * MARGIN})
        page.set_content(f'<body style="{LOOK}">{images}')
        page.screenshot(path=picture)
        browser.close()


def leaf(page: Page, anchor: str | None = None) -> str:
    """What the browser shows from an anchor on, as PNG in base64."""
    if anchor:
        page.locator(anchor).evaluate("element => element.scrollIntoView()")
    # Charts are drawn when they come into sight.
    page.wait_for_timeout(3000)
    return base64.b64encode(page.screenshot()).decode()


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
