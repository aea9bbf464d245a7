"""The shapes run by pySHACL: the slow, independent way, which tests compare with the fast one."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

from pyoxigraph import RdfFormat, serialize
from pyshacl import validate as run_shacl
from rdflib import Graph, Namespace, URIRef
from rdflib.term import Node

from vocab.quads import document_quads
from vocab.validation.findings import Finding, Profile
from vocab.validation.shape_checks import shape_finding
from vocab.validation.shape_graph import ON_RECEIVE, shapes_turtle

_SH: Final = Namespace("http://www.w3.org/ns/shacl#")


def run_oracle(document: Mapping[str, Any], profile: Profile) -> list[Finding]:
    """Return what pySHACL finds; see `vocab.validation.validate_with_shacl`."""
    data = Graph()
    triples = (quad.triple for quad in document_quads(document))
    data.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    _, report, _ = run_shacl(data, shacl_graph=_shapes(profile), inference="none")
    results = report.objects(None, _SH.result)
    findings = {_finding(report, result, profile) for result in results}
    return sorted(findings, key=lambda finding: (finding.severity != "violation", finding.code))


@cache
def _shapes(profile: Profile) -> Graph:
    """Return the shapes, with the severities of the profile."""
    shapes = Graph().parse(data=shapes_turtle(), format="turtle")
    if profile is Profile.RECEIVE:
        for shape in list(shapes.objects(None, _SH.property)):
            severity = shapes.value(shape, URIRef(ON_RECEIVE)) or _SH.Warning
            shapes.remove((shape, _SH.severity, None))
            shapes.add((shape, _SH.severity, severity))
    return shapes


def _finding(report: Graph, result: Node, profile: Profile) -> Finding:
    code = str(report.value(result, _SH.resultMessage)).partition(" ")[0]
    warning = report.value(result, _SH.resultSeverity) == _SH.Warning
    found = shape_finding(code, profile)
    return replace(found, severity="warning" if warning else "violation")
