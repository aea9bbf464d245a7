"""Whether a collaboration may stand where it says, after where it stood."""

from collections.abc import Iterator, Mapping
from typing import Any

from node.publishing.findings import violation
from node.storage.resource_rows import ResourceRow
from vocab.stages import NEXT_STAGES, may_follow
from vocab.terms import local_name
from vocab.validation import Finding


def stage_findings(document: Mapping[str, Any], before: ResourceRow | None) -> Iterator[Finding]:
    """Yield what is wrong with the stage of *document*, where *before* stands."""
    now = _stage(document)
    if now is None:
        return
    if "resultedIn" in document and now != "ended":
        yield violation("KX-D16", "resultedIn")
    stood = _stage(before.document) if before and before.state == "published" else None
    if stood is not None and now in NEXT_STAGES and not may_follow(stood, now):
        choices = ", ".join(NEXT_STAGES[stood]) or "–"
        yield violation("KX-D15", "stage", before=stood, now=now, choices=choices)


def _stage(document: Mapping[str, Any]) -> str | None:
    stage = document.get("stage")
    return local_name(stage) if isinstance(stage, str) else None
