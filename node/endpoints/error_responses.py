"""The only place where errors become answers: problem+json (RFC 9457), HTML or plain text."""

import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from federation.errors import FederationError
from node.endpoints.negotiation import HTML
from node.errors import NodeError, WithdrawnResource
from vocab.errors import VocabularyError

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ErrorPage = Callable[[web.Request, int, str, str], Awaitable[str]]

#: Makes the HTML page of an error: request, status, text, remedy.
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("ERROR_PAGE", Callable)  # type: ignore[arg-type]  # AppKey takes a class, the page is a function


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever is raised into an answer that says what happened and what to do."""
    try:
        return await handler(request)
    except WithdrawnResource as error:
        return await _withdrawn(request, error)
    except NodeError as error:
        if error.status >= 500:
            log.error("%s %s: %s", request.method, request.path, error.log)
        return await error_response(request, error.status, error.safe, error.remedy)
    except FederationError as error:
        log.info("%s %s refused: %s", request.method, request.path, error.log)
        response = await error_response(request, error.status, error.safe)
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    except VocabularyError as error:
        return await error_response(request, 400, str(error))
    except web.HTTPException as error:
        return await _http_error(request, error)
    except (ConnectionResetError, TimeoutError):
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return await error_response(
            request, 500, "Something went wrong in this node.", "The log says more; try again."
        )


async def _http_error(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        raise error
    text = HTTPStatus(error.status).phrase
    if error.status == 404:
        text = "There is nothing at this address."
    response = await error_response(request, error.status, f"{text.rstrip('.')}.")
    for name in ("Allow",):
        if name in error.headers:
            response.headers[name] = error.headers[name]
    return response


async def error_response(
    request: web.Request, status: int, text: str, remedy: str = ""
) -> web.Response:
    """Return the answer for an error, as a page for browsers and as data for programs."""
    if HTML in request.headers.get("Accept", "") and ERROR_PAGE in request.app:
        page = await request.app[ERROR_PAGE](request, status, text, remedy)
        return web.Response(status=status, text=page, content_type=HTML)
    problem = {"title": HTTPStatus(status).phrase, "status": status, "detail": text}
    if remedy:
        problem["remedy"] = remedy
    body = json.dumps(problem, ensure_ascii=False)
    return web.Response(status=status, text=body, content_type=PROBLEM)


async def _withdrawn(request: web.Request, error: WithdrawnResource) -> web.Response:
    if HTML in request.headers.get("Accept", ""):
        return await error_response(request, error.status, error.safe)
    body = json.dumps(error.tombstone, ensure_ascii=False)
    return web.Response(status=410, text=body, content_type="application/activity+json")
