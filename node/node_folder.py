"""What lies in a node's folder, and how a command opens it."""

import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from node.errors import SettingsError
from node.identity import Identity
from node.settings import LoadedSettings, Settings, check_node, load_settings
from node.storage import actors, schema
from node.storage.database import Database
from node.storage.errors import StorageError

DATABASE_NAME = "skagerrak.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFolder:
    """A node's folder with its settings read."""

    path: Path
    loaded: LoadedSettings

    @classmethod
    def read(cls, path: Path) -> "NodeFolder":
        """Read the settings of the node in *path*; raises SettingsError."""
        check_node(path)
        return cls(path=path.resolve(), loaded=load_settings(path))

    @property
    def settings(self) -> Settings:
        """The settings of the node."""
        return self.loaded.settings

    @property
    def identity(self) -> Identity:
        """The addresses of the node."""
        return Identity.from_settings(self.settings)

    @property
    def database_url(self) -> str:
        """Where its database is: what the settings say, or SQLite in the folder."""
        return self.settings.database.url or f"sqlite+aiosqlite:///{self.path}/{DATABASE_NAME}"

    @property
    def graph(self) -> Path:
        """The folder of the RDF store."""
        return self.path / "graph"

    @property
    def snapshots(self) -> Path:
        """The folder of the store's snapshots, on the same file system."""
        return self.path / "graph-snapshots"

    @asynccontextmanager
    async def open_database(self, *, create: bool = False) -> AsyncIterator[Database]:
        """Yield the database, brought up to date; only with *create* is a missing file made.

        Raises StorageError, and SettingsError where the node's address is not the one that
        its IRIs begin with: whatever was written then would never fit together again.
        """
        if not self.settings.database.url:
            self._check_file(create)
        database = await Database.open(self.database_url)
        try:
            await schema.upgrade(database)
            await self._check_address(database)
            yield database
        finally:
            await database.close()

    def _check_file(self, create: bool) -> None:
        """The database holds private keys: only the node's user may read what SQLite writes."""
        file = self.path / DATABASE_NAME
        if create:
            with contextlib.suppress(FileExistsError):
                os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
        elif not file.exists():
            raise StorageError(
                f"The node's database is missing: there is no {file}.",
                remedy="Put it back from a backup: it holds the node's keys and all that it has "
                "published. For a new node, run “skagerrak init” in a new folder.",
            )

    async def _check_address(self, database: Database) -> None:
        identity = self.identity
        async with database.reading() as connection:
            clusters = await actors.local_actors(connection, "cluster")
        for actor in clusters:
            if actor.iri != identity.cluster:
                raise SettingsError(
                    f"node.base_url is {identity.base_url}, but the addresses that this node has "
                    f"given out begin with {actor.iri.removesuffix('/cluster')}.",
                    remedy="Set it back: the address of a node cannot change. If nothing is "
                    "published yet, run “skagerrak init” in a new folder.",
                )
