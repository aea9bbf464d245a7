"""Offers as a desk writes them."""

from node.publishing.drafts import Draft
from tests.bench.graph_documents import BASE, offer
from vocab.classes import ResourceClass

#: What only the node says.
_FILLED_IN = ("@context", "id", "url", "attributedTo", "to", "cc", "published", "updated", "tag")


def offer_draft(number: int) -> Draft:
    """Return an offer that stands for itself, whatever else the node holds."""
    document = {key: value for key, value in offer(number).items() if key not in _FILLED_IN}
    intent = dict(document["publishes"])
    del intent["id"]
    # A company of another node: of its own the node would ask whether it is there.
    intent["provider"] = f"{BASE}/members/m{number}"
    return Draft(document=document | {"publishes": intent}, klass=ResourceClass.OFFER)
