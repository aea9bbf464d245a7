"""Whether what is written is of the class that it says it is."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from node.publishing.findings import violation
from vocab.classes import ResourceClass
from vocab.validation import Finding

_PROPOSALS: Final = frozenset({ResourceClass.OFFER, ResourceClass.NEED})
#: Keys that a document of one class is known by, and hardly one of another.
SIGNS: Final[tuple[tuple[str, frozenset[ResourceClass]], ...]] = (
    ("publishes", _PROPOSALS),
    ("problem", frozenset({ResourceClass.CASE})),
    ("outcomes", frozenset({ResourceClass.CASE})),
    ("stage", frozenset({ResourceClass.COLLABORATION})),
    ("teaches", frozenset({ResourceClass.PRACTICE})),
    ("prefLabel", frozenset({ResourceClass.CONCEPT})),
    ("legalIdentifier", frozenset({ResourceClass.MEMBER, ResourceClass.CLUSTER})),
    ("startTime", frozenset({ResourceClass.EVENT})),
)
#: Classes that may have a key and are not known by it.
MAY_HAVE: Final = {"startTime": _PROPOSALS | {ResourceClass.COLLABORATION}}


def told_by_class(
    findings: Iterable[Finding], written: Mapping[str, Any], klass: ResourceClass
) -> tuple[Finding, ...]:
    """Return *findings*, or that the class is wrong instead of what follows from that.

    The demands of the shapes for another class than the author meant help nobody.
    """
    kept = tuple(findings)
    signs = [
        (key, classes)
        for key, classes in SIGNS
        if key in written and klass not in MAY_HAVE.get(key, ())
    ]
    if not signs or any(klass in classes for _, classes in signs):
        return kept
    key, classes = signs[0]
    wrong = violation("KX-D14", key, written=klass, fits=", ".join(sorted(classes)))
    return (wrong, *(finding for finding in kept if finding.code[3] in "AD"))
