"""Every error of the graph and of its queries.

NodeError
├── DamagedGraph           the store cannot be read; SQL can make it again
├── NodeBusy
│   └── GraphBusy          another process writes to the store
└── QueryError             carries the status that SPARQL clients get
    ├── RefusedQuery       400, the guard says no before the engine sees the text
    ├── BadQuery           400, the engine cannot read it; has line and column
    ├── QueryTooComplex    400, the engine did not survive it
    ├── UpdateRefused      403
    ├── ClientGone         408, nobody is there to read the answer
    ├── QueryTooLarge      422, more rows or bytes than an answer may have
    ├── TooManyQueries     429, this client has had its share; has retry_after
    └── QueryUnavailable   503
        ├── QueryTimeout   it took too long
        ├── QueryMemory    it needed too much memory
        └── GraphNotReady  there is no snapshot yet
"""

from node.errors import NodeBusy, NodeError


class DamagedGraph(NodeError):
    """The RDF store is damaged and must be built again from the database."""

    status = 503


class GraphBusy(NodeBusy):
    """Another process already writes to this graph."""


class QueryError(NodeError):
    """The query was not answered."""

    retry_after: int | None = None
    line: int | None = None
    column: int | None = None


class RefusedQuery(QueryError):
    """This endpoint does not take this query."""

    status = 400


class BadQuery(QueryError):
    """The query is not valid SPARQL 1.1."""

    status = 400

    def __init__(self, safe: str, *, line: int | None = None, column: int | None = None) -> None:
        """*line* and *column* count from 1, as the parser reports them."""
        super().__init__(safe)
        self.line = line
        self.column = column


class QueryTooComplex(QueryError):
    """The query is too complex for the engine: it ended the process that answered it."""

    status = 400


class UpdateRefused(QueryError):
    """This endpoint answers queries only: what is in the graph changes by publishing."""

    status = 403


class ClientGone(QueryError):
    """The client went away before its query was answered."""

    status = 408


class QueryTooLarge(QueryError):
    """The answer is larger than this endpoint gives at once, so nothing of it was sent."""

    status = 422


class TooManyQueries(QueryError):
    """You have more queries here than one client may have."""

    status = 429

    def __init__(self, safe: str = "", *, retry_after: int = 1) -> None:
        """*retry_after* is in seconds."""
        super().__init__(safe, remedy=f"Try again in {retry_after} s.")
        self.retry_after = retry_after


class QueryUnavailable(QueryError):
    """The query could not be answered now."""

    status = 503
    retry_after: int | None = 5


class QueryTimeout(QueryUnavailable):
    """The query took longer than this endpoint allows."""

    retry_after = None


class QueryMemory(QueryUnavailable):
    """The query needs more memory than this endpoint gives to one."""

    retry_after = None


class GraphNotReady(QueryUnavailable):
    """The graph is being built."""
