"""The things of the profile as frozen records."""

from vocab.models.concept import Concept
from vocab.models.event import Event, Place
from vocab.models.organisations import Cluster, ContactPoint, Identifier, Member
from vocab.models.proposals import Intent, Need, Offer, Proposal, Quantity
from vocab.models.resource import Audience, Resource
from vocab.models.text_values import Texts
from vocab.models.works import BusinessCase, Collaboration, Practice

__all__ = [
    "Audience",
    "BusinessCase",
    "Cluster",
    "Collaboration",
    "Concept",
    "ContactPoint",
    "Event",
    "Identifier",
    "Intent",
    "Member",
    "Need",
    "Offer",
    "Place",
    "Practice",
    "Proposal",
    "Quantity",
    "Resource",
    "Texts",
]
