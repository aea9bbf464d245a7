"""What can go wrong between the node and its database.

StorageError
├── StorageBusy            another process held the database for too long
├── StorageFull            no room left on the disk
├── StorageUnavailable     the database server does not answer, the file cannot be opened
├── StorageDamaged         the file is not a whole SQLite database
├── NewerDatabase          a newer version of Skagerrak wrote it
├── RowTooLarge            PostgreSQL cannot index a value of this row
├── VersionConflict        someone else wrote this version first
└── Overloaded             more waits to be written than may wait

Of these, busy, full, unavailable and overloaded are answered 503: they pass, and what was
not answered 202 comes again. RowTooLarge alone is about one row, not about the database.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from node.errors import NodeError


class StorageError(NodeError):
    """The database did not do what was asked of it."""


class StorageBusy(StorageError):
    """The database is busy; try again in a moment."""

    status = 503


class StorageFull(StorageError):
    """There is no room left on the disk that holds the database."""

    status = 503


class StorageUnavailable(StorageError):
    """The database cannot be reached."""

    status = 503


class StorageDamaged(StorageError):
    """The database file is damaged."""


class NewerDatabase(StorageError):
    """This database was written by a newer version of Skagerrak."""


class VersionConflict(StorageError):
    """This was changed by someone else in the meantime."""

    status = 409


class RowTooLarge(StorageError):
    """This holds a name or an address that is too long to be kept."""

    status = 413


class Overloaded(StorageError):
    """The node has more to write than it can take just now; try again later."""

    status = 503


RESTORE = (
    "Stop the node and put the newest backup of the file in its place (docs/how-to/back-up.md)."
)

#: Primary result codes of SQLite (sqlite.org/rescode.html) that mean more than "a bug".
SQLITE_ERRORS: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_BUSY: (StorageBusy, ""),
    sqlite3.SQLITE_LOCKED: (StorageBusy, ""),
    sqlite3.SQLITE_FULL: (StorageFull, "Free some space; nothing that was accepted is lost."),
    sqlite3.SQLITE_IOERR: (StorageUnavailable, "Look at the disk and at the system's log."),
    sqlite3.SQLITE_CANTOPEN: (StorageUnavailable, "Look at the path and its permissions."),
    sqlite3.SQLITE_READONLY: (StorageUnavailable, "Look at the permissions of its folder."),
    sqlite3.SQLITE_CORRUPT: (StorageDamaged, RESTORE),
    sqlite3.SQLITE_NOTADB: (StorageDamaged, RESTORE),
}

#: Classes of SQLSTATE (PostgreSQL, appendix A) likewise, the longer ones first.
SQLSTATE_ERRORS: dict[str, tuple[type[StorageError], str]] = {
    "53100": (StorageFull, "Free some space on the database server."),
    "53": (StorageUnavailable, "The database server is out of connections or memory."),
    "57P": (StorageUnavailable, "The database server is going down or coming up."),
    "08": (StorageUnavailable, "Look whether the database server runs."),
    "28": (StorageUnavailable, "Look at the user and password in the database's address."),
    "3D000": (StorageUnavailable, "Create the database first."),
    "40": (StorageBusy, ""),
    "55P03": (StorageBusy, ""),
    "54": (RowTooLarge, ""),
    "XX001": (StorageDamaged, RESTORE),
}


def find_storage_error(error: DBAPIError) -> StorageError | None:
    """Return what *error* means for the node; None where another row or statement may do."""
    driver = error.orig
    code = getattr(driver, "sqlite_errorcode", None)
    if code is not None:
        kind, remedy = SQLITE_ERRORS.get(code & 0xFF, (None, ""))
    else:
        kind, remedy = _find_sqlstate(getattr(driver, "sqlstate", None) or "")
        if kind is None and error.connection_invalidated:
            kind, remedy = SQLSTATE_ERRORS["08"]
    return kind(log=str(driver), remedy=remedy) if kind else None


def _find_sqlstate(sqlstate: str) -> tuple[type[StorageError] | None, str]:
    for length in (5, 3, 2):
        if found := SQLSTATE_ERRORS.get(sqlstate[:length]):
            return found
    return None, ""


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise StorageError for what the tables there say; leave other errors as they are."""
    try:
        yield
    except PoolTimeout as error:
        raise StorageBusy(log=str(error)) from error
    except DBAPIError as error:
        meaning = find_storage_error(error)
        if meaning is None:
            raise
        raise meaning from error
