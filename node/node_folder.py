"""What lies in a node's folder, and how a command opens it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from node.errors import SettingsError
from node.identity import Identity
from node.settings import FILE_NAME, LoadedSettings, Settings, load_settings
from node.storage import schema
from node.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFolder:
    """A node's folder with its settings read."""

    path: Path
    loaded: LoadedSettings

    @classmethod
    def read(cls, path: Path) -> "NodeFolder":
        """Read the settings of the node in *path*; raises SettingsError."""
        if not (path / FILE_NAME).is_file():
            raise SettingsError(
                f"There is no node in {path.resolve()}: {FILE_NAME} is missing.",
                remedy="Make one with “skagerrak init DIR”, or name its folder with --node DIR.",
            )
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
        return self.settings.database.url or f"sqlite+aiosqlite:///{self.path}/skagerrak.db"

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
        database = await Database.open(self.database_url)
        try:
            await schema.upgrade(database)
            yield database
        finally:
            await database.close()
