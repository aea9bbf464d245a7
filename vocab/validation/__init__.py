"""Is a document what its class asks for, and what is to be done where it is not."""

from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import Quad

from vocab.errors import UnacceptableDocument
from vocab.quads import document_quads
from vocab.validation.findings import Finding, Profile, Severity
from vocab.validation.shape_checks import check_shapes
from vocab.validation.wire_safety import check_wire, unacceptable

__all__ = ["Finding", "Profile", "Severity", "validate", "validate_with_shacl"]


def validate_with_shacl(document: Mapping[str, Any], profile: Profile) -> list[Finding]:
    """Return what pySHACL finds wrong with a document, by the severities of the profile.

    Takes milliseconds; for tests and for authors of shapes. Raises UnacceptableDocument as
    `document_quads` does.
    """
    # Imported here because pySHACL and rdflib take half a second and tens of megabytes.
    from vocab.validation.oracle import run_oracle

    return run_oracle(document, profile)


def validate(
    document: Mapping[str, Any], profile: Profile, quads: Iterable[Quad] | None = None
) -> list[Finding]:
    """Return everything that is wrong with a wire document, violations first; [] for nothing.

    PUBLISH asks for all that the application profile does. RECEIVE makes violations only of
    what FEP-0837, ActivityPub and safety require, and warnings of the rest. The shapes are
    those of `vocab/shapes`, run as checks made from them; the rest is checked on the JSON.
    Who has the quads of `document_quads` already passes them, and saves half the time.
    Raises nothing, whatever the document holds.
    """
    try:
        quads = document_quads(document) if quads is None else quads
    except UnacceptableDocument as error:
        return [unacceptable(str(error))]
    findings = [*check_shapes(quads, profile), *check_wire(document, profile)]
    return sorted(findings, key=lambda finding: (finding.severity != "violation", finding.code))
