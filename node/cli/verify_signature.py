"""``skagerrak verify-signature``: what is wrong with a signed request or document."""

import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from federation.errors import FederationError
from federation.explain_signatures import ExplainedSignature, explain_signatures
from federation.judge_document import ProofVerdict, judge_proof
from federation.key_documents import fetch_key_owner
from federation.keys import UnusableKey, fingerprint, load_public
from federation.origins import is_http_iri
from federation.ports import Fetcher
from federation.raw_requests import MOST_BYTES, read_raw_request
from federation.strict_json import parse_document
from node.cli.asking_client import PeersOption, open_asking_client
from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from vocab.clock import now, parse_time

#: Whose key it is, in which form of text, or why it cannot be had.
FoundKey = tuple[str | None, str | None]


@command
async def verify_signature(
    file: Annotated[
        str,
        typer.Argument(help="A raw HTTP request, or a JSON document with a proof; - reads stdin."),
    ],
    key: Annotated[
        Path | None,
        typer.Option(help="PEM or Multikey to verify with, instead of fetching the key."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing: check all that needs no key.")
    ] = False,
    at: Annotated[
        str | None, typer.Option(help="Judge as of this time, such as 2026-11-23T12:00:00Z.")
    ] = None,
    scheme: Annotated[
        Literal["https", "http"], typer.Option(help="How the request came: part of what is signed.")
    ] = "https",
    node: NodeOption = Path(),
    peer: PeersOption = [],  # noqa: B006  # Typer reads the default, nobody changes it
    as_json: JsonOption = False,
) -> None:
    """Say for each signature what it covers and which check fails, and end with 1 if none holds.

    Understands draft-cavage, RFC 9421 and the proofs of FEP-8b32. Verdicts are the inbox's.
    """
    raw, given, moment = _read(file), _read_key(key), _moment(at)
    async with AsyncExitStack() as stack:
        asks = given is None and not offline
        client = await stack.enter_async_context(open_asking_client(node, peer)) if asks else None
        entries = await _verdicts(raw, scheme, moment, given, client)
    if as_json:
        say_json(entries)
    for entry in () if as_json else entries:
        for line in _lines(entry):
            say(line)
    if not entries:
        fail("The request has no signature.", "Its headers would be Signature-Input or Signature.")
    if not any(entry["holds"] for entry in entries if entry["counts"]):
        raise typer.Exit(1)


async def _verdicts(
    raw: bytes, scheme: str, moment: datetime, key: str | None, fetcher: Fetcher | None
) -> list[dict[str, Any]]:
    """Return what there is to say of each signature of a request, or the proof of a document."""
    if raw.lstrip().startswith(b"{"):
        return [_proof_entry(await judge_proof(parse_document(raw), fetcher, moment, key))]
    request = read_raw_request(raw, scheme=scheme)
    return [
        _entry(one, *await _key_of(one, key, fetcher))
        for one in explain_signatures(request, moment)
    ]


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with Path(file).open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _read_key(path: Path | None) -> str | None:
    if path is None:
        return None
    text = path.read_text("utf-8").strip()
    try:
        load_public(text)
    except UnusableKey as error:
        fail(f"{path}: {error}", "Give a public key as PEM, or as a Multikey that begins with z.")
    return text


def _moment(at: str | None) -> datetime:
    if at is None:
        return now()
    try:
        return parse_time(at)
    except ValueError as error:
        raise typer.BadParameter(f"--at: {error}.") from error


async def _key_of(
    signature: ExplainedSignature, given: str | None, fetcher: Fetcher | None
) -> FoundKey:
    """Return the key that is said to have made it, or why there is none to ask."""
    if given is not None or signature.claim is None or signature.key_id is None:
        return given, None
    if fetcher is None:
        return None, "The key was not looked for."
    if not is_http_iri(signature.key_id):
        return None, "The keyId is no http or https address."
    try:
        actor = await fetch_key_owner(fetcher, signature.key_id)
    except FederationError as error:
        return None, f"The key cannot be had: {error.safe}"
    listed = {key.key_id: key.public_key for key in actor.keys}
    if signature.key_id not in listed:
        return None, f"{actor.iri} does not list that key."
    return listed[signature.key_id], None


def _entry(
    signature: ExplainedSignature, key: str | None, key_problem: str | None
) -> dict[str, Any]:
    made_wrong = signature.verdict(load_public(key)) if key else key_problem
    problems = [signature.problem, signature.out_of_time, made_wrong]
    told = [problem for problem in problems if problem]
    return {
        "form": signature.form,
        "label": signature.label,
        "key": signature.key_id,
        "fingerprint": fingerprint(key) if key else None,
        "algorithm": signature.algorithm,
        "covers": list(signature.covered),
        "counts": signature.counts,
        "made_by_key": None if key is None or signature.claim is None else made_wrong is None,
        "holds": not told,
        "problems": told,
    }


def _proof_entry(verdict: ProofVerdict | None) -> dict[str, Any]:
    if verdict is None:
        fail("The document has no proof.", "A proof stands under “proof” (FEP-8b32).")
    return {
        "form": "FEP-8b32 proof",
        "label": None,
        "key": verdict.key_id,
        "algorithm": "eddsa-jcs-2022",
        "covers": ["the whole document"],
        "counts": True,
        "holds": verdict.holds,
        "problems": [verdict.problem] if verdict.problem else [],
    }


def _lines(entry: dict[str, Any]) -> Iterator[str]:
    label = f" {entry['label']}" if entry["label"] else ""
    aside = "" if entry["counts"] else " (beside another one: an inbox does not look at it)"
    yield f"{entry['form']}{label}: {'holds' if entry['holds'] else 'does not hold'}{aside}"
    yield f"    key        {entry['key']}"
    if entry.get("fingerprint"):
        yield f"               {entry['fingerprint']}"
    yield f"    algorithm  {entry['algorithm'] or 'left to the key'}"
    yield f"    covers     {', '.join(entry['covers']) or 'nothing'}"
    for problem in entry["problems"]:
        yield f"    problem    {problem}"
    if entry["problems"] and entry.get("made_by_key"):
        yield "    The key did make this signature of this request."
