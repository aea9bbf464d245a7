"""Files that pages load: styles, fonts, the icon; their addresses change with their content."""

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
#: Put there by the build from npm; without them the system's fonts serve.
FONTS = (
    "vendor/schibsted-grotesk-latin.woff2",
    "vendor/schibsted-grotesk-latin-ext.woff2",
    "vendor/source-serif-4-latin.woff2",
    "vendor/source-serif-4-latin-ext.woff2",
)


def fonts_present() -> bool:
    """Whether the fonts that the build brings are there."""
    return all((STATIC / font).is_file() for font in FONTS)


@cache
def static_address(name: str) -> str:
    """Return the address of the static file *name*, which may be cached for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"
