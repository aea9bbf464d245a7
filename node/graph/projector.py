"""From documents to quads: the graph as a projection of what the database holds.

Each public document is one named graph, and the same triples stand in the default graph,
which is what a query without GRAPH asks (README.md has the measurement). The provenance of
the documents stands in ``<base>/provenance`` only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, serialize

from node.graph.errors import DamagedGraph
from node.graph.store import open_store, sorted_nquads_hash
from vocab.clock import wire_time
from vocab.quads import document_quads

_PROV = "http://www.w3.org/ns/prov#"
_KX = "https://w3id.org/skagerrak/ns#"
_ATTRIBUTED = NamedNode(_PROV + "wasAttributedTo")
_GENERATED_BY = NamedNode(_PROV + "wasGeneratedBy")
_GENERATED_AT = NamedNode(_PROV + "generatedAtTime")
_RECEIVED_AT = NamedNode(_KX + "receivedAt")
_AUTHENTICATED_BY = NamedNode(_KX + "authenticatedBy")
_VERIFICATION_METHOD = NamedNode(_KX + "verificationMethod")
_DATE_TIME = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
_VERSION = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")

#: From here on files are written past the log: half the computing, but dearer for few.
_BULK_QUADS = 20_000

#: After so many quads were written, merging the store's files is worth its time.
_TIDY_QUADS = 50_000

QuadsOf = Callable[[Mapping[str, Any]], Sequence[Quad]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a document came from (VOCABULARY "Provenance of each graph")."""

    actor: str
    activity: str | None
    generated: datetime | None
    received: datetime
    #: "HttpSignature", "IntegrityProof" or "Fetch"; None for what this node published.
    authenticated_by: str | None = None
    verification_method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphChange:
    """The current state of one document: its quads where they are known already, else its
    wire object; neither where it is withdrawn.
    """

    iri: str
    wire: Mapping[str, Any] | None = None
    quads: Sequence[Quad] | None = None
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionFailure:
    """A document that could not be put into the graph, and why."""

    iri: str
    reason: str


class GraphProjector:
    """Writes documents into the store. Its methods block: call them in one thread."""

    def __init__(self, store: Store, base_url: str, *, damage: str | None, quads_of: QuadsOf):
        """Use :meth:`open`."""
        self.store = store
        #: Why the store that stood here was set aside; None where it was sound or absent.
        self.damage = damage
        self._provenance = NamedNode(base_url.rstrip("/") + "/provenance")
        self._quads_of = quads_of
        self._written = 0

    @classmethod
    def open(
        cls, path: Path | str, base_url: str, *, quads_of: QuadsOf = document_quads
    ) -> "GraphProjector":
        """Open the store in folder *path* for the node at *base_url*.

        Raises GraphBusy while another process writes to it. A damaged store is set aside:
        then ``damage`` says why and ``position`` is 0, so that everything is applied again.
        """
        opened = open_store(Path(path))
        return cls(opened.store, base_url, damage=opened.damage, quads_of=quads_of)

    @property
    def position(self) -> int:
        """The last position given to :meth:`apply`; 0 for a new store.

        It is a quad of the store (``<base>/provenance owl:versionInfo``), so a store that
        lost its last writes in a power cut says by itself from where to apply again. Of two, as
        a process that was killed leaves them, the lower one counts.
        """
        objects = (quad.object for quad in self._position_quads())
        return min((int(one.value) for one in objects if isinstance(one, Literal)), default=0)

    def apply(
        self, changes: Sequence[GraphChange], *, position: int | None = None
    ) -> list[ProjectionFailure]:
        """Make the graph hold the current state of each changed document.

        Returns the documents that have no graph because of what is in them; their former
        version is gone too. Applying the same changes again changes nothing. Raises
        DamagedGraph where the store cannot be read any more, OSError where the disk is full.
        """
        latest = {change.iri: change for change in changes}
        failures: list[ProjectionFailure] = []
        added: list[Quad] = []
        try:
            for change in latest.values():
                added += self._replace(change, failures)
            self._add(added)
            if position is not None:
                self._set_position(position)
        except (RuntimeError, FileNotFoundError) as error:
            raise DamagedGraph(log=str(error)) from error
        return failures

    @property
    def untidy(self) -> bool:
        """Whether so much was written since the last :meth:`tidy` that another is worth it."""
        return self._written >= _TIDY_QUADS

    def tidy(self) -> None:
        """Merge the store's files, whoever writes or reads meanwhile.

        Joins and scans are about a tenth faster from the next snapshot on.
        """
        self._written = 0
        self.store.optimize()

    def clear(self) -> None:
        """Empty the graph, before everything is applied again."""
        self.store.clear()

    def flush(self) -> None:
        """Write what is in memory to files, for a quick start the next time."""
        self.store.flush()

    def close(self) -> None:
        """Write what is in memory and let go of the store, so that it can be opened anew."""
        self.flush()
        del self.store

    def canonical_hash(self) -> str:
        """Return the SHA-256 of all sorted N-Quads but the position."""
        return sorted_nquads_hash(self.store, without=self._position_quads())

    def _replace(self, change: GraphChange, failures: list[ProjectionFailure]) -> list[Quad]:
        """Remove what no longer holds of one document; return the quads to add."""
        wanted: set[Quad] = set()
        try:
            wanted = self._wanted(change)
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            failures.append(ProjectionFailure(iri=change.iri, reason=str(error)))
        if not _is_iri(change.iri):
            return []
        graph = NamedNode(change.iri)
        present = self._present(graph)
        for quad in present - wanted:
            self._remove(quad)
        if present and not any(quad.graph_name == graph for quad in wanted):
            self.store.remove_graph(graph)
        return list(wanted - self._whole(present & wanted))

    def _wanted(self, change: GraphChange) -> set[Quad]:
        if change.wire is None and change.quads is None:
            return set()
        if NamedNode(change.iri) == self._provenance:
            raise ValueError("this graph is the node's own")
        quads = set(self._quads(change))
        for quad in quads:
            _check_belongs(quad, change.iri)
        if quads and change.provenance:
            quads.update(self._provenance_quads(change.iri, change.provenance))
        return quads

    def _quads(self, change: GraphChange) -> Sequence[Quad]:
        if change.quads is not None or change.wire is None:
            return change.quads or ()
        if change.wire.get("id") != change.iri:
            raise ValueError(f"the document calls itself {change.wire.get('id')!r}")
        return self._quads_of(change.wire)

    def _present(self, graph: NamedNode) -> set[Quad]:
        """Return what stands of a document, its copies in the default graph included."""
        if not self.store.contains_named_graph(graph):
            return set()
        quads = set(self.store.quads_for_pattern(None, None, None, graph))
        return quads.union(self.store.quads_for_pattern(graph, None, None, self._provenance))

    def _whole(self, present: Iterable[Quad]) -> set[Quad]:
        """Return those of *present* that were written to their end before a crash."""
        return {
            quad
            for quad in present
            if quad.graph_name == self._provenance
            or Quad(quad.subject, quad.predicate, quad.object) in self.store
        }

    def _remove(self, quad: Quad) -> None:
        """Remove the copy first: what a crash leaves is then found again by its document."""
        if quad.graph_name != self._provenance and not self._stated_elsewhere(quad):
            self.store.remove(Quad(quad.subject, quad.predicate, quad.object))
        self.store.remove(quad)

    def _stated_elsewhere(self, quad: Quad) -> bool:
        """Tell whether another document states this too.

        Only a fragment can be the subject of two: of the document, and as one of its own.
        """
        if not isinstance(quad.subject, NamedNode) or "#" not in quad.subject.value:
            return False
        found = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(
            isinstance(other.graph_name, NamedNode) and other.graph_name != quad.graph_name
            for other in found
        )

    def _add(self, quads: Sequence[Quad]) -> None:
        self._written += 2 * len(quads)
        if 2 * len(quads) >= _BULK_QUADS:
            quads = self._load(quads)
        if quads:
            copies = [
                Quad(quad.subject, quad.predicate, quad.object)
                for quad in quads
                if quad.graph_name != self._provenance
            ]
            self.store.extend([*quads, *copies])

    def _load(self, quads: Sequence[Quad]) -> Sequence[Quad]:
        """Write *quads* past the log, their copies too, and return those still to be added.

        They go as text: the engine would hold the interpreter, and so the whole node, while it
        took objects and wrote files. From text it gives blank nodes other labels, so quads with
        blank nodes are left; all are where it does not read what it wrote, as a literal of the
        type rdf:langString without a language.
        """
        loaded = [quad for quad in quads if not _has_blank(quad)]
        triples = (quad.triple for quad in loaded if quad.graph_name != self._provenance)
        text = serialize(loaded, format=RdfFormat.N_QUADS) or b""
        text += serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        try:
            self.store.bulk_load(text, format=RdfFormat.N_QUADS)
        except SyntaxError:
            return quads
        return [quad for quad in quads if _has_blank(quad)]

    def _position_quads(self) -> set[Quad]:
        graph = self._provenance
        return set(self.store.quads_for_pattern(graph, _VERSION, None, graph))

    def _set_position(self, position: int) -> None:
        current = Quad(self._provenance, _VERSION, Literal(str(position)), self._provenance)
        former = self._position_quads() - {current}
        self.store.add(current)
        for quad in former:
            self.store.remove(quad)

    def _provenance_quads(self, iri: str, provenance: Provenance) -> Iterable[Quad]:
        about, by = NamedNode(iri), provenance.authenticated_by
        values = (
            (_ATTRIBUTED, _node(provenance.actor)),
            (_GENERATED_BY, _node(provenance.activity)),
            (_GENERATED_AT, _time(provenance.generated)),
            (_RECEIVED_AT, _time(provenance.received)),
            (_AUTHENTICATED_BY, _node(_KX + by if by else None)),
            (_VERIFICATION_METHOD, _node(provenance.verification_method)),
        )
        for predicate, value in values:
            if value is not None:
                yield Quad(about, predicate, value, self._provenance)


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.object, BlankNode) or isinstance(quad.subject, BlankNode)


def _node(iri: str | None) -> NamedNode | None:
    return NamedNode(iri) if iri else None


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _check_belongs(quad: Quad, iri: str) -> None:
    """Raise ValueError for a quad that says something in or about another document."""
    if not isinstance(quad.graph_name, NamedNode) or quad.graph_name.value != iri:
        raise ValueError(f"a statement stands in another graph, {quad.graph_name}")
    if isinstance(quad.subject, BlankNode):
        return
    about = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
    if about != iri and not about.startswith(iri + "#"):
        raise ValueError(f"a statement is about another thing, {quad.subject}")


def _time(moment: datetime | None) -> Literal | None:
    if moment is None:
        return None
    return Literal(wire_time(moment), datatype=_DATE_TIME)
