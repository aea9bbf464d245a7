"""The checks made from the shapes; they take well under a millisecond a document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Quad, Triple

from vocab.terms import RDF_TYPE
from vocab.validation.constraints import Check, Index, compile_check
from vocab.validation.findings import Finding, Profile
from vocab.validation.shape_graph import NodeShape, PropertyShape, Term, node_shapes


@dataclass(frozen=True, slots=True)
class _PropertyCheck:
    """One property shape, ready to run."""

    shape: PropertyShape
    checks: tuple[Check, ...]
    #: Checks of the values' own properties (sh:node).
    inner: tuple["_PropertyCheck", ...]

    def holds(self, node: Mapping[str, Sequence[Term]], index: Index) -> bool:
        paths = self.shape.paths
        values = node.get(paths[0], ()) if len(paths) == 1 else _distinct(node, paths)
        if not all(check(values, index) for check in self.checks):
            return False
        return all(
            inner.holds(index.get(value, {}), index) for value in values for inner in self.inner
        )


@dataclass(frozen=True, slots=True)
class _Checks:
    by_class: Mapping[str, tuple[str, ...]]
    by_property: Mapping[str, tuple[str, ...]]
    of_shape: Mapping[str, tuple[_PropertyCheck, ...]]


def check_shapes(quads: Iterable[Quad], profile: Profile) -> Iterator[Finding]:
    """Yield what the shapes find wrong in the quads of one document, each finding once."""
    index = _index(quads)
    seen: set[Finding] = set()
    for node in index.values():
        for name in _shapes_for(node):
            for check in _compiled().of_shape[name]:
                if not check.holds(node, index):
                    finding = shape_finding(check.shape.code, profile)
                    if finding not in seen:
                        seen.add(finding)
                        yield finding


def shape_finding(code: str, profile: Profile) -> Finding:
    """Return the finding that a property shape with this code gives.

    Raises KeyError for a code that no shape has.
    """
    return _findings()[code, profile]


def _shapes_for(node: Mapping[str, Sequence[Term]]) -> set[str]:
    compiled = _compiled()
    found: set[str] = set()
    for klass in node.get(RDF_TYPE, ()):
        found.update(compiled.by_class.get(klass.value, ()))
    for name, shapes in compiled.by_property.items():
        if name in node:
            found.update(shapes)
    return found


def _index(quads: Iterable[Quad]) -> dict[Term, dict[str, list[Term]]]:
    index: dict[Term, dict[str, list[Term]]] = {}
    for quad in quads:
        subject, value = quad.subject, quad.object
        if not isinstance(subject, Triple) and not isinstance(value, Triple):
            index.setdefault(subject, {}).setdefault(quad.predicate.value, []).append(value)
    return index


def _distinct(node: Mapping[str, Sequence[Term]], paths: tuple[str, ...]) -> list[Term]:
    return list(dict.fromkeys(value for path in paths for value in node.get(path, ())))


@cache
def _compiled() -> _Checks:
    by_class: dict[str, tuple[str, ...]] = {}
    by_property: dict[str, tuple[str, ...]] = {}
    for shape in node_shapes().values():
        for klass in shape.classes:
            by_class[klass] = (*by_class.get(klass, ()), shape.name)
        for name in shape.subjects_of:
            by_property[name] = (*by_property.get(name, ()), shape.name)
    of_shape = {name: _checks_of(shape) for name, shape in node_shapes().items()}
    return _Checks(by_class, by_property, of_shape)


def _checks_of(shape: NodeShape) -> tuple[_PropertyCheck, ...]:
    return tuple(_property_check(property_shape) for property_shape in shape.properties)


def _property_check(shape: PropertyShape) -> _PropertyCheck:
    checks: list[Check] = []
    inner: list[_PropertyCheck] = []
    for name, operands in shape.constraints.items():
        if name == "node":
            for operand in operands:
                inner.extend(_checks_of(node_shapes()[operand.value]))
        elif not name.startswith(("qualified.", "or.")):
            checks.append(compile_check(name, operands, shape.constraints))
    return _PropertyCheck(shape, tuple(checks), tuple(inner))


@cache
def _findings() -> Mapping[tuple[str, Profile], Finding]:
    found: dict[tuple[str, Profile], Finding] = {}
    for shape in node_shapes().values():
        for prop in shape.properties:
            if (prop.code, Profile.PUBLISH) in found and prop.code:
                raise ValueError(f"two property shapes have the code {prop.code}")
            for profile, severity in (
                (Profile.PUBLISH, prop.on_publish),
                (Profile.RECEIVE, prop.on_receive),
            ):
                found[prop.code, profile] = Finding(prop.code, prop.field, severity, prop.messages)
    return found
