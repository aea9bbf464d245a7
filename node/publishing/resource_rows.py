"""A prepared document as the row that storage keeps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from node.identity import Identity
from node.publishing.drafts import Prepared
from node.storage.resource_rows import ResourceRow
from vocab.clock import parse_time, timestamp
from vocab.texts import title
from vocab.wire_object import wire_text


def resource_row(
    item: Prepared, identity: Identity, moment: datetime, activity: str | None
) -> ResourceRow:
    """Return the row of *item* as it stands from *moment* on."""
    now = timestamp(moment)
    first = item.before is None or item.before.state == "draft"
    return ResourceRow(
        iri=item.iri,
        klass=item.draft.klass,
        local=True,
        host=identity.host,
        owner=identity.cluster,
        audience=item.audience,
        state="published" if item.draft.publish else "draft",
        version=(item.before.version if item.before else 0) + 1,
        wire=wire_text(item.document),
        title=title(item.document, ())[1],
        published_at=now if item.before is None or first else item.before.published_at,
        updated_at=now,
        ends_at=end_time(item.document),
        activity=activity,
        organisation_number=item.organisation_number,
    )


def end_time(document: Mapping[str, Any]) -> str | None:
    """Return when an offer, need or event is over, or None."""
    written = document.get("endTime")
    try:
        return timestamp(parse_time(written)) if isinstance(written, str) else None
    except (ValueError, OverflowError):
        return None
