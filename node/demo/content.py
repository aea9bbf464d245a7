"""What the clusters of the demonstration publish, with its references made into addresses."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from node.demo.clusters import DATA, DemoCluster
from node.importing.expertise import fold_label
from node.importing.sheets import read_sheet
from node.publishing.drafts import Draft
from node.publishing.names import slug
from vocab.classes import PROFILES, ResourceClass

CLASSES = {profile.collection: klass for klass, profile in PROFILES.items()}


def content_drafts(cluster: DemoCluster, clusters: Sequence[DemoCluster]) -> list[Draft]:
    """Return what *cluster* publishes; its addresses are known before it is published."""
    known = references(cluster, clusters)
    return [
        Draft(
            document=_replaced(_read(path), known),
            klass=CLASSES[path.parent.name],
            iri=_iri(cluster, path),
        )
        for path in sorted(cluster.content.glob("*/*.toml"))
    ]


def references(cluster: DemoCluster, clusters: Sequence[DemoCluster]) -> dict[str, str]:
    """Return the address for each ``cluster:`` and ``ref:`` that *cluster* may write."""
    known = {f"cluster:{other.slug}": f"{other.base_url}/cluster" for other in clusters}
    for other in clusters:
        for path in other.content.glob("*/*.toml"):
            known[f"ref:{other.slug}/{path.stem}"] = _iri(other, path)
            if other.slug == cluster.slug:
                known[f"ref:{path.stem}"] = _iri(other, path)
    return known


def _iri(cluster: DemoCluster, path: Path) -> str:
    return f"{cluster.base_url}/{path.parent.name}/{path.stem}"


def _read(path: Path) -> dict[str, Any]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    plain: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return plain


def _replaced(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, Mapping):
        return {key: _replaced(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, known) for part in value]
    return value


def concept_drafts(
    cluster: DemoCluster, clusters: Sequence[DemoCluster], labels: Mapping[str, str]
) -> Iterator[Draft]:
    """Yield the groups of expertise, then each imported one with all its names and links.

    *labels* has the IRIs of the node's concepts by ``fold_label``.
    """
    data = tomllib.loads((DATA / "concepts.toml").read_text(encoding="utf-8"))
    scheme = f"{cluster.base_url}/concepts"
    for key, group in data["groups"].items():
        yield Draft(
            document={"prefLabel": _first(group["prefLabel"], cluster.language)},
            klass=ResourceClass.CONCEPT,
            iri=f"{scheme}/{key}",
        )
    here = {
        key: found for key, entry in data["concepts"].items() if (found := _find(entry, labels))
    }
    for key, iri in here.items():
        yield Draft(
            document=_concept(key, data["concepts"][key], here, cluster, clusters),
            klass=ResourceClass.CONCEPT,
            iri=iri,
        )


def _find(entry: Mapping[str, Any], labels: Mapping[str, str]) -> str | None:
    names = [*entry["prefLabel"].values()]
    for alternatives in entry.get("altLabel", {}).values():
        names += alternatives if isinstance(alternatives, list) else [alternatives]
    return next((labels[fold_label(name)] for name in names if fold_label(name) in labels), None)


def _concept(
    key: str,
    entry: Mapping[str, Any],
    here: Mapping[str, str],
    cluster: DemoCluster,
    clusters: Sequence[DemoCluster],
) -> dict[str, Any]:
    scheme = f"{cluster.base_url}/concepts"
    document: dict[str, Any] = {"prefLabel": _first(entry["prefLabel"], cluster.language)}
    if "altLabel" in entry:
        document["altLabel"] = entry["altLabel"]
    if "broader" in entry:
        document["broader"] = f"{scheme}/{entry['broader']}"
    matches = [
        f"{other.base_url}/concepts/{slug(entry['prefLabel'][other.language])}"
        for other in clusters
        if other is not cluster and fold_label(entry["prefLabel"][other.language]) in words(other)
    ]
    if matches:
        document["closeMatch"] = matches
    related = [here[other] for other in entry.get("related", ()) if other in here]
    if related:
        document["related"] = related
    return document


@cache
def words(cluster: DemoCluster) -> str:
    """Return everything that stands in the cluster's spreadsheet, to see what it knows."""
    sheet = read_sheet(cluster.spreadsheet)
    return fold_label("\n".join(str(cell) for row in sheet.rows for cell in row.cells))


def _first(texts: Mapping[str, str], language: str) -> dict[str, str]:
    """The cluster's own language comes first: it names the concept."""
    own = {language: texts[language]} if language in texts else {}
    return {**own, **texts}
