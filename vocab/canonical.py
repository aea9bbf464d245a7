"""One name for a set of quads, whatever its blank nodes are called."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad

from vocab.errors import UnacceptableDocument

#: Canonicalising costs exponential time in the worst case and cannot be interrupted: ten
#: blank nodes that all name each other take more than 12 s. Links between blank nodes are
#: what costs, so their number is bounded beside that of the nodes.
MAX_BLANK_NODES: Final = 256
MAX_BLANK_LINKS: Final = 64


def canonical_hash(quads: Iterable[Quad]) -> str:
    """Return the SHA-256 of the quads' canonical N-Quads (W3C RDFC-1.0), in hexadecimal.

    Raises UnacceptableDocument where the blank nodes are too many, or too entangled.
    """
    dataset = Dataset(quads)
    _check_blank_nodes(dataset)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0_SHA_256)
    lines = sorted(f"{quad} .\n" for quad in dataset)
    return sha256("".join(lines).encode()).hexdigest()


def _check_blank_nodes(dataset: Dataset) -> None:
    nodes: set[BlankNode] = set()
    links = 0
    for quad in dataset:
        nodes.update(term for term in (quad.subject, quad.object) if isinstance(term, BlankNode))
        links += isinstance(quad.subject, BlankNode) and isinstance(quad.object, BlankNode)
    if len(nodes) > MAX_BLANK_NODES or links > MAX_BLANK_LINKS:
        raise UnacceptableDocument("The graph has too many blank nodes.")
