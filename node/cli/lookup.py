"""``skagerrak lookup`` and ``webfinger``: what others show of themselves."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from federation.actors import RemoteActor, read_actor
from federation.authority import check_fetched, is_actor, owner_of
from federation.errors import FederationError
from federation.judge_document import ProofVerdict, judge_proof
from federation.keys import fingerprint
from federation.origins import host_of, same_iri
from federation.ports import FetchedDocument
from federation.safe_fetch import SafeClient
from federation.webfinger import parse_resource, resolve_address
from node.cli.asking_client import PeersOption, has_node, open_asking_client
from node.cli.output import JsonOption, NodeOption, command, say, say_json
from vocab.clock import now

WIDTH = 14


@command
async def lookup(
    address: Annotated[str, typer.Argument(help="@name@host, or the address of anything.")],
    node: NodeOption = Path(),
    peer: PeersOption = [],  # noqa: B006  # Typer reads the default, nobody changes it
    as_json: JsonOption = False,
) -> None:
    """Fetch an actor or object as the node does, and say what it is and whether it is genuine.

    In a node's folder the request is signed by the instance actor; elsewhere it is not signed.
    """
    async with open_asking_client(node, peer) as client:
        named = parse_resource(address)
        iri = named if isinstance(named, str) else await resolve_address(client, address)
        found = await client.fetch_document(iri)
        proof = await judge_proof(found.document, client, now())
    report = _report(found, proof, signed=has_node(node))
    if as_json:
        say_json({**report, "document": found.document})
        return
    for line in _lines(report):
        say(line)


def _report(found: FetchedDocument, proof: ProofVerdict | None, *, signed: bool) -> dict[str, Any]:
    document = found.document
    return {
        "id": document.get("id"),
        "type": document.get("type"),
        "kind": document.get("kind"),
        "name": _name(document),
        "found_at": found.url,
        "content_type": found.content_type,
        "signed": signed,
        "owner": owner_of(document),
        **_authenticity(found),
        "proof": _proof(proof),
        **_actor_report(found),
    }


def _name(document: Mapping[str, Any]) -> Any:
    names = document.get("nameMap")
    first = next(iter(names.values()), None) if isinstance(names, Mapping) else None
    return document.get("name") or first or document.get("preferredUsername")


def _authenticity(found: FetchedDocument) -> dict[str, Any]:
    """Whether it was found where it says that it is (FEP-fe34)."""
    try:
        iri = check_fetched(found.url, found.document)
    except FederationError as error:
        return {"authentic": False, "why": error.safe}
    if not same_iri(iri, found.url):
        return {"authentic": True, "why": "found on the server of its id, at another address"}
    return {"authentic": True, "why": "found at its own id"}


def _proof(verdict: ProofVerdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {"holds": verdict.holds, "key": verdict.key_id, "problem": verdict.problem}


def _actor_report(found: FetchedDocument) -> dict[str, Any]:
    if not is_actor(found.document):
        return {}
    try:
        actor = read_actor(found.document, found.url)
    except FederationError as error:
        return {"actor_problem": error.safe, "keys": []}
    return {"inbox": actor.inbox, "shared_inbox": actor.shared_inbox, "keys": _keys(actor)}


def _keys(actor: RemoteActor) -> list[dict[str, Any]]:
    return [
        {
            "id": key.key_id,
            "algorithm": key.algorithm,
            "fingerprint": fingerprint(key.public_key),
            "expires": key.expires.isoformat() if key.expires else None,
        }
        for key in actor.keys
    ]


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    for name in ("id", "type", "kind", "name", "owner", "inbox", "actor_problem"):
        if report.get(name):
            yield _line(name.replace("_", " "), report[name])
    yield _line("found at", f"{report['found_at']} ({_how(report['signed'])})")
    for key in report.get("keys", ()):
        ends = f", until {key['expires']}" if key["expires"] else ""
        yield _line("key", f"{key['algorithm']} {key['fingerprint']}{ends}")
        yield _line("", key["id"])
    proof = report["proof"]
    if proof is None:
        yield _line("proof", "none")
    else:
        yield _line("proof", f"holds, by {proof['key']}" if proof["holds"] else proof["problem"])
    yield _line("authentic", f"{'yes' if report['authentic'] else 'no'}: {report['why']}")


def _line(name: str, value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{name:{WIDTH}}{text}"


def _how(signed: bool) -> str:
    return "asked with the node's signature" if signed else "asked without a signature"


@command
async def webfinger(
    address: Annotated[str, typer.Argument(help="@name@host, or the address of an actor.")],
    node: NodeOption = Path(),
    peer: PeersOption = [],  # noqa: B006  # Typer reads the default, nobody changes it
    as_json: JsonOption = False,
) -> None:
    """Ask a server by WebFinger who an address is, and whether the actor says so too."""
    async with open_asking_client(node, peer) as client:
        jrd = (await client.fetch_json(_query(client, address))).document
        confirmed, problem = await _confirmed(client, address)
    if as_json:
        say_json({"jrd": jrd, "actor": confirmed, "problem": problem})
        return
    say(_line("subject", jrd.get("subject")))
    for alias in _several(jrd.get("aliases")):
        say(_line("alias", alias))
    for link in _several(jrd.get("links")):
        if isinstance(link, Mapping):
            place = link.get("href") or link.get("template") or ""
            kind = f" ({link['type']})" if "type" in link else ""
            say(_line("link", f"{link.get('rel')}{kind}"))
            say(_line("", place))
    say(_line("confirmed", f"yes: {confirmed}" if confirmed else f"no: {problem}"))


def _query(client: SafeClient, address: str) -> str:
    named = parse_resource(address)
    host = host_of(named) if isinstance(named, str) else named.host
    resource = named if isinstance(named, str) else named.acct
    scheme = named.partition(":")[0] if isinstance(named, str) else client.policy.scheme
    return f"{scheme}://{host}/.well-known/webfinger?resource={quote(resource, safe='')}"


async def _confirmed(client: SafeClient, address: str) -> tuple[str | None, str | None]:
    try:
        return await resolve_address(client, address), None
    except FederationError as error:
        return None, error.safe


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
