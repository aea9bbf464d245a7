"""What lies in a node's folder, and how a command opens it."""

import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from node.identity import Identity
from node.settings import LoadedSettings, Settings, check_node, load_settings
from node.storage import schema
from node.storage.database import Database

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
    async def open_database(self) -> AsyncIterator[Database]:
        """Yield the database, brought up to date; raises StorageError."""
        if not self.settings.database.url:
            self._make_file()
        database = await Database.open(self.database_url)
        try:
            await schema.upgrade(database)
            yield database
        finally:
            await database.close()

    def _make_file(self) -> None:
        """The database holds private keys: only the node's user may read what SQLite writes."""
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.path / DATABASE_NAME, os.O_CREAT | os.O_EXCL, 0o600))
