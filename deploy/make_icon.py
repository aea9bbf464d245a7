"""Draw ``favicon.ico`` from ``icon.svg``, for those who ask for it by that name.

    python deploy/make_icon.py

Needs Chromium, as the tests in a browser do. The waves get a colour that is seen on light and on
dark tabs, since an .ico cannot follow the scheme.
"""

import shutil
import struct
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).parent.parent / "node" / "pages" / "static"
SIZE = 32
WAVES = "#5b7f90"


def main() -> None:
    """Write the icon beside the drawing."""
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8")
    start, _, rest = drawing.partition("<style>")
    plain = f"{start}<style>.wave{{stroke:{WAVES}}}</style>{rest.partition('</style>')[2]}"
    (STATIC / "favicon.ico").write_bytes(icon(picture(plain)))


def picture(drawing: str) -> bytes:
    """Return *drawing* as a PNG with a transparent ground."""
    page_text = f"<style>body{{margin:0}}svg{{display:block;width:{SIZE}px}}</style>{drawing}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        page.set_content(page_text)
        png = page.screenshot(omit_background=True)
        browser.close()
    return png


def icon(png: bytes) -> bytes:
    """Return an .ico that holds one PNG: header, one entry of the directory, the picture."""
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", SIZE, SIZE, 0, 0, 1, 32, len(png), 22)
    return header + entry + png


if __name__ == "__main__":
    main()
