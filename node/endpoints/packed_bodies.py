"""Bodies of requests come as they are: what is packed is refused before it is unpacked.

A few kilobytes may unpack to gigabytes, and no server of the fediverse packs what it sends.
"""

from aiohttp import web

from node.endpoints.error_responses import Handler, error_response

_PLAIN = frozenset({"", "identity"})


@web.middleware
async def refuse_packed_bodies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 415 to every request with a Content-Encoding (RFC 9110, 15.5.16)."""
    stated = request.headers.getall("Content-Encoding", [])
    if all(word.strip().lower() in _PLAIN for line in stated for word in line.split(",")):
        return await handler(request)
    response = await error_response(
        request,
        415,
        "The body is packed; this node reads bodies as they are.",
        "Send it without Content-Encoding.",
    )
    response.headers["Accept-Encoding"] = "identity"
    return response
