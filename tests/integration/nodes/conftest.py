"""Two nodes that know each other and two scripted servers, on each database.

One set serves all tests of a module, since every test makes things of its own; what harms
a node has nodes of its own (``fresh_nodes``).
"""

import itertools
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from node.storage import follows
from tests.conftest import run_sql
from tests.integration.nodes.live_node import LiveNode, listen, make_node, until
from tests.integration.nodes.scripted_server import ScriptedActor, ScriptedServer

_numbers = itertools.count(1)
NewDatabase = Callable[[Path], str]


@dataclass
class Nodes:
    """``north`` and ``south`` follow each other; ``honest`` and ``evil`` are scripted."""

    north: LiveNode
    south: LiveNode
    honest: ScriptedServer
    evil: ScriptedServer


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Name the database that the module's nodes run on."""
    return str(request.param)


@pytest.fixture(scope="module")
def new_database(dialect: str, request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Give what makes a migrated, empty database for a node in a folder, and its address."""
    if dialect == "sqlite":
        template = request.getfixturevalue("sqlite_template")

        def copied(folder: Path) -> str:
            folder.mkdir(parents=True)
            shutil.copy(template, folder / "skagerrak.db")
            return ""

        yield copied
        return
    cluster = request.getfixturevalue("postgresql_cluster")
    template = request.getfixturevalue("postgresql_template")
    made: list[str] = []

    def created(folder: Path) -> str:
        made.append(f"node_{os.getpid()}_{next(_numbers)}")
        run_sql(cluster.url(), f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return str(cluster.url(made[-1]))

    yield created
    for name in made:
        run_sql(cluster.url(), f"DROP DATABASE {name} WITH (FORCE)")


Urls = tuple[Path, list[str]]


TWO, THREE = ("north", "south"), ("home", "east", "west")


def _databases(new_database: NewDatabase, folder: Path, names: tuple[str, ...] = TWO) -> Urls:
    return folder, [new_database(folder / name) for name in names]


async def _start(stack: AsyncExitStack, place: Urls) -> Nodes:
    folder, urls = place
    listeners = [listen() for _ in range(4)]
    ports = [listener.getsockname()[1] for listener in listeners]
    servers = [ScriptedServer(listener) for listener in listeners[2:]]
    for server in servers:
        await server.start()
        stack.push_async_callback(server.stop)
    nodes = []
    for number, name in enumerate(TWO):
        others = [port for port in ports if port != ports[number]]
        node = make_node(
            folder / name,
            listeners[number],
            name,
            database_url=urls[number],
            peer_ports=others,
        )
        nodes.append(node)
    for node in nodes:
        await node.start()
        stack.push_async_callback(node.stop)
    return Nodes(north=nodes[0], south=nodes[1], honest=servers[0], evil=servers[1])


async def befriend(nodes: Nodes) -> None:
    """Let the two nodes follow each other; wait until both are let in and have caught up."""
    await nodes.north.follow(nodes.south.address)
    await nodes.south.follow(nodes.north.address)
    await caught_up(nodes.north, nodes.south)
    await caught_up(nodes.south, nodes.north)


async def caught_up(node: LiveNode, other: LiveNode) -> None:
    """Wait until *node* is let in by *other* and has read its changes."""

    async def read() -> bool:
        async with node.database.reading() as connection:
            row = await follows.get(connection, node.cluster, other.cluster)
        return row is not None and row.changes_cursor is not None

    await until(read, f"{node.base} follows {other.base} and has read its changes")


@pytest.fixture(scope="module")
def shared_place(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Urls:
    """Give folders and databases for the nodes of the module."""
    return _databases(new_database, tmp_path_factory.mktemp("nodes"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nodes(shared_place: Urls) -> AsyncIterator[Nodes]:
    """Give two nodes that follow each other, for all tests of the module."""
    async with AsyncExitStack() as stack:
        found = await _start(stack, shared_place)
        await befriend(found)
        yield found


@pytest.fixture
def fresh_place(new_database: NewDatabase, tmp_path: Path) -> Urls:
    """Give folders and databases for the nodes of one test."""
    return _databases(new_database, tmp_path)


@pytest_asyncio.fixture(loop_scope="module")
async def fresh_nodes(fresh_place: Urls) -> AsyncIterator[Nodes]:
    """Give two nodes that know nothing of each other, for one test alone."""
    async with AsyncExitStack() as stack:
        yield await _start(stack, fresh_place)


async def let_follow(node: LiveNode, actor: ScriptedActor) -> None:
    """Let *node* follow *actor*, and *actor* accept it."""
    await node.follow(actor.address)
    follow = await actor.receives("Follow", actor.iri, of=node.cluster)
    assert await actor.post(f"{node.base}/inbox", actor.activity("Accept", follow)) == 202

    async def followed() -> bool:
        return actor.iri in (await node.get_json("/cluster/following?page=1"))["orderedItems"]

    await until(followed, f"{node.base} follows {actor.iri}")


async def become_follower(actor: ScriptedActor, node: LiveNode, followed: str = "") -> None:
    """Let *actor* follow *node*, or the actor *followed* on it, and wait until it is let in."""
    follow = actor.activity("Follow", followed or node.cluster, to=[followed or node.cluster])
    assert await actor.post(f"{node.base}/inbox", follow) == 202
    await actor.receives("Accept", follow["id"])


@dataclass
class Partners:
    """``home`` owns the works; ``east`` and ``west`` follow it, and it follows them."""

    home: LiveNode
    east: LiveNode
    west: LiveNode


@pytest.fixture(scope="module")
def partners_place(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Urls:
    """Give folders and databases for three nodes of the module."""
    return _databases(new_database, tmp_path_factory.mktemp("partners"), THREE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def partners(partners_place: Urls) -> AsyncIterator[Partners]:
    """Give three nodes for all tests of the module."""
    folder, urls = partners_place
    listeners = [listen() for _ in THREE]
    ports = [listener.getsockname()[1] for listener in listeners]
    async with AsyncExitStack() as stack:
        made = []
        for number, name in enumerate(THREE):
            others = [port for port in ports if port != ports[number]]
            node = make_node(
                folder / name,
                listeners[number],
                name,
                database_url=urls[number],
                peer_ports=others,
            )
            await node.start()
            stack.push_async_callback(node.stop)
            made.append(node)
        home, *others_of_home = made
        for other in others_of_home:
            await other.follow(home.address)
            await home.follow(other.address)
        for other in others_of_home:
            await caught_up(other, home)
            await caught_up(home, other)
        yield Partners(home=home, east=made[1], west=made[2])
