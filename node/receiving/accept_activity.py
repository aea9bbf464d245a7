"""A verified activity becomes a row of the journal; nothing else does."""

from federation.verify_activity import VerifiedActivity
from node.storage.journal import NewInboxRow
from vocab.clock import timestamp


def journal_row(verified: VerifiedActivity, recipient: str | None) -> NewInboxRow:
    """Return the row of *verified*, as it came to the inbox of *recipient* or the shared one."""
    return NewInboxRow(
        activity=verified.activity_iri,
        actor=verified.actor,
        host=verified.host,
        type=verified.type,
        recipient=recipient,
        body=verified.body,
        authenticated_by=verified.authenticated_by,
        verification_method=verified.verification_method,
        received_at=timestamp(),
    )
