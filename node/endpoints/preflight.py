"""Answers to OPTIONS: what is public may be read by scripts of any page (CORS).

A browser asks first where a script's Accept names a profile, as ActivityStreams has it.
"""

from aiohttp import web

from node.endpoints.error_responses import Handler

READING = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


@web.middleware
async def answer_preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer OPTIONS for every address that has no answer of its own."""
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        if request.method != "OPTIONS":
            raise
        allowed = {"Allow": ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))}
        readable = READING if "GET" in error.allowed_methods else {}
        return web.Response(status=204, headers={**allowed, **readable})
