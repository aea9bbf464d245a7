"""``skagerrak authenticity``: why a thing or a message is believed."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.desk.judge_proofs import UsedKey
from node.desk.show_authenticity import Authentication, Authenticity, show_authenticity
from node.node_folder import NodeFolder

#: What each way of authenticating means, before the key or the address.
METHODS = {
    "Published": "published by this node",
    "HttpSignature": "its sender signed the request that brought it, by",
    "IntegrityProof": "somebody passed it on with its owner's proof, by",
    "Fetch": "it was read from",
}
ALGORITHMS = {"rsa": "RSA", "ed25519": "Ed25519", None: "not known here"}
VERDICTS = {
    "valid": "holds now",
    "invalid": "does not hold",
    "ended": "does not hold any more",
    "unknown": "cannot be judged",
    "none": "none",
}


@command
async def authenticity(
    iri: Annotated[str, typer.Argument(help="Address of a thing, an activity or an actor.")],
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Tell why this node believes something: how, by which key, when, and whether it holds now."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        found = await show_authenticity(connection, iri)
    if as_json:
        say_json(asdict(found))
        return
    for line in lines(found):
        say(line)


def lines(found: Authenticity) -> Iterator[str]:
    """Yield what is known, a line for each thing."""
    yield found.iri
    audience = f", {found.audience}" if found.audience else ""
    outcome = f" ({found.outcome})" if found.outcome else ""
    yield f"    what: {found.kind} ({found.what}), {found.state}{outcome}{audience}"
    yield f"    whose: {found.owner}{', of this node' if found.ours else ''}"
    yield f"    believed because: {_how(found.method, found.verification_method)}"
    if found.key is not None:
        yield f"    key: {_key(found.key)}"
    if found.at:
        yield f"    {'since' if found.ours else 'came'}: {found.at}"
    if found.activity is not None and found.kind == "resource":
        yield f"    by the activity: {found.activity}"
    if found.rechecked_at is not None:
        yield f"    asked at its own address: {found.rechecked_at}"
    if found.actor_read_at is not None:
        yield f"    read as an actor: {found.actor_read_at}"
    made = f", made {found.proof.made_at}" if found.proof.made_at else ""
    yield f"    proof: {VERDICTS[found.proof.verdict]}{made}. {found.proof.reason}"
    for entry in found.history:
        yield f"    version {entry.version}: {_version(entry)}"


def _how(method: str, by: str | None) -> str:
    words = METHODS.get(method, method)
    if method == "Published":
        return f"{words}, proved by {by}" if by else words
    return f"{words} {by}" if by else words


def _key(key: UsedKey) -> str:
    end = f", {'ends' if key.state == 'former' else 'ended'} {key.ends_at}" if key.ends_at else ""
    read = f"; its actor was read {key.read_at}" if key.read_at else ""
    return f"{key.key_id}, {ALGORITHMS[key.algorithm]}, {key.state}{end}{read}"


def _version(entry: Authentication) -> str:
    activity = f", activity {entry.activity}" if entry.activity else ""
    how = _how(entry.method, entry.verification_method)
    return f"{entry.state} {entry.at}, {how}{activity}"
