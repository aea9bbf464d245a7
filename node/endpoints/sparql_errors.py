"""What ``/sparql`` adds to an error: where in the query it is, and when to come back."""

import json
import logging

from aiohttp import web

from node.endpoints.error_responses import PROBLEM, error_response
from node.errors import NodeError
from node.graph.errors import QueryError

log = logging.getLogger(__name__)


async def query_error_response(request: web.Request, error: NodeError) -> web.Response:
    """Return *error* as every endpoint does, with ``line``, ``column`` and Retry-After."""
    if error.status >= 500:
        log.warning("%s %s: %s", request.method, request.path, error.log)
    response = await error_response(request, error.status, error.safe, error.remedy)
    response.headers["Cache-Control"] = "no-store"
    if isinstance(error, QueryError):
        if error.line is not None and response.content_type == PROBLEM:
            problem = json.loads(response.text or "{}")
            problem |= {"line": error.line, "column": error.column}
            response.text = json.dumps(problem, ensure_ascii=False)
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
    return response
