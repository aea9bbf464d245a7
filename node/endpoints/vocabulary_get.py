"""The vocabulary as files: ontology, context, shapes; the same on every node."""

from importlib.resources import files

from aiohttp import web

#: A year: a new version gets a new address.
IMMUTABLE = "public, max-age=31536000, immutable"


def _file(package: str, name: str, media_type: str, cache: str) -> web.Response:
    body = files(package).joinpath(name).read_bytes()
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": cache}
    return web.Response(body=body, content_type=media_type, headers=headers)


async def get_ontology(request: web.Request) -> web.Response:
    """Answer with our classes and properties in Turtle."""
    return _file("vocab", "ontology.ttl", "text/turtle", "public, max-age=3600")


async def get_context(request: web.Request) -> web.Response:
    """Answer with the whole context, for people who write documents by hand."""
    return _file("vocab.contexts", "skagerrak-v1.jsonld", "application/ld+json", IMMUTABLE)


async def get_shapes(request: web.Request) -> web.Response:
    """Answer with the SHACL shapes in Turtle."""
    texts = [
        part.read_text(encoding="utf-8")
        for part in sorted(files("vocab.shapes").iterdir(), key=lambda part: part.name)
        if part.name.endswith(".ttl")
    ]
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}
    return web.Response(text="\n".join(texts), content_type="text/turtle", headers=headers)
