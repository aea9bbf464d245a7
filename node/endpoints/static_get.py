"""What pages load: styles, the icon, fonts, and the styles of the cluster's own colour.

All of it is read once, at start: some 180 KB, and no path of a request reaches the disk.
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from aiohttp import web

from node.endpoints.app_keys import RENDERER
from node.pages.assets import STATIC

#: A year: pages name these files with a hash of what is in them.
IMMUTABLE: Final = "public, max-age=31536000, immutable"
#: Of a file that is asked for without its hash, as fonts are by the styles.
FOR_A_DAY: Final = "public, max-age=86400"
#: Python's table knows fonts and icons on some systems only.
TYPES: Final = {".woff2": "font/woff2", ".ico": "image/vnd.microsoft.icon"}
#: What is asked for by its name alone, whatever pages link.
BY_NAME: Final = ("favicon.ico", "robots.txt")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served."""

    body: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, body: bytes, media_type: str) -> "StaticFile":
        """Return the file with *body*."""
        return cls(body, media_type, sha256(body).hexdigest()[:16])


FILES: web.AppKey[Mapping[str, StaticFile]] = web.AppKey("FILES", Mapping)


def register(application: web.Application) -> None:
    """Let *application* serve everything below ``/static/``."""
    accent = application[RENDERER].accent_styles.encode()
    application[FILES] = {**read_files(), "accent.css": StaticFile.of(accent, "text/css")}
    application.router.add_get("/static/{name:.+}", get_static)
    for name in BY_NAME:
        application.router.add_get(f"/{name}", get_by_name)


def read_files() -> dict[str, StaticFile]:
    """Return every file in the folder by its path."""
    return {
        path.relative_to(STATIC).as_posix(): StaticFile.of(path.read_bytes(), media_type(path))
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
    }


def media_type(path: Path) -> str:
    """Return the media type of a file by its name."""
    known = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return known or "application/octet-stream"


async def get_static(request: web.Request) -> web.StreamResponse:
    """Answer with a file; raises a 404 for what is none."""
    file = request.app[FILES].get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return _answer(request, file)


async def get_by_name(request: web.Request) -> web.StreamResponse:
    """Answer with a file that browsers and robots look for at the root."""
    return _answer(request, request.app[FILES][request.path.removeprefix("/")])


def _answer(request: web.Request, file: StaticFile) -> web.Response:
    known = request.headers.get("If-None-Match") == f'"{file.etag}"'
    response = web.Response(
        status=304 if known else 200,
        body=None if known else file.body,
        content_type=file.media_type,
        charset="utf-8" if file.media_type.startswith("text/") else None,
    )
    response.etag = file.etag
    response.headers["Cache-Control"] = IMMUTABLE if "v" in request.query else FOR_A_DAY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
