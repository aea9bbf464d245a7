"""The only place where errors become answers: problem+json (RFC 9457), HTML or plain text."""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from federation.errors import FederationError, MalformedRequest, UnauthenticatedRequest
from federation.message_signatures import accept_signature
from node.endpoints.negotiation import ACTIVITY, HTML
from node.errors import (
    NodeError,
    RefusedDocument,
    TokenRefused,
    TooManyRequests,
    WithdrawnResource,
)
from node.pages.languages import choose_language
from vocab.errors import VocabularyError
from vocab.validation import Finding

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
VARY = {"Vary": "Accept"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong, what to do, and of something withdrawn what it was and since when."""

    status: int
    text: str
    remedy: str = ""
    kind: str = ""
    deleted: str = ""


ErrorPage = Callable[[web.Request, Problem], Awaitable[web.Response]]

#: Makes the HTML page of an error.
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("ERROR_PAGE", Callable)  # type: ignore[arg-type]  # AppKey takes a class, the page is a function


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever is raised into an answer that says what happened and what to do."""
    try:
        _check_address(request)
        return await handler(request)
    except WithdrawnResource as error:
        return await _withdrawn(request, error)
    except NodeError as error:
        if error.status >= 500:
            log.error("%s %s: %s", request.method, request.path, error.log)
        return await _node_error(request, error)
    except FederationError as error:
        log.info("%s %s refused: %s", request.method, request.path, error.log)
        return await _refusal(request, error)
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


async def _node_error(request: web.Request, error: NodeError) -> web.Response:
    findings = error.findings if isinstance(error, RefusedDocument) else ()
    response = await error_response(request, error.status, error.safe, error.remedy, findings)
    if isinstance(error, TokenRefused):
        response.headers["WWW-Authenticate"] = error.challenge
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


async def _refusal(request: web.Request, error: FederationError) -> web.Response:
    response = await error_response(request, error.status, error.safe)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, UnauthenticatedRequest):
        # Whoever knocks twice need not guess what this node takes (RFC 9421, 5).
        response.headers["Accept-Signature"] = accept_signature(request.method)
    return response


def _check_address(request: web.Request) -> None:
    """Refuse NUL, which no name of ours holds and PostgreSQL does not take as text."""
    if "\0" in request.path or "%00" in request.rel_url.raw_query_string:
        raise MalformedRequest("The address holds the character NUL.")


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
    request: web.Request,
    status: int,
    text: str,
    remedy: str = "",
    findings: Sequence[Finding] = (),
) -> web.Response:
    """Return the answer for an error, as a page for browsers and as data for programs.

    *findings* are what is wrong with a document, in the language that the client asks for.
    """
    problem = Problem(status=status, text=text, remedy=remedy)
    if _wants_page(request):
        return await request.app[ERROR_PAGE](request, problem)
    fields: dict[str, Any] = {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": text,
    }
    if remedy:
        fields["remedy"] = remedy
    if findings:
        fields["findings"] = _findings(request, findings)
    body = json.dumps(fields, ensure_ascii=False)
    return web.Response(status=status, text=body, content_type=PROBLEM, headers=VARY)


def _findings(request: web.Request, findings: Sequence[Finding]) -> list[dict[str, str]]:
    language = choose_language(None, None, request.headers.get("Accept-Language"), "en")
    return [
        {
            "code": finding.code,
            "field": finding.field,
            "severity": finding.severity,
            "message": finding.message(language),
        }
        for finding in findings
    ]


def _wants_page(request: web.Request) -> bool:
    return HTML in request.headers.get("Accept", "") and ERROR_PAGE in request.app


async def _withdrawn(request: web.Request, error: WithdrawnResource) -> web.Response:
    if _wants_page(request):
        problem = Problem(
            status=error.status,
            text=error.safe,
            kind=error.kind,
            deleted=str(error.tombstone.get("deleted", "")),
        )
        return await request.app[ERROR_PAGE](request, problem)
    body = json.dumps(error.tombstone, ensure_ascii=False)
    headers = {**VARY, "Access-Control-Allow-Origin": "*"}
    return web.Response(status=410, text=body, content_type=ACTIVITY, headers=headers)
