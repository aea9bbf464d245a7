"""What every worker needs that takes in what others publish."""

from collections.abc import Callable
from dataclasses import dataclass

from federation.proof_verifier import ProofVerifier
from federation.safe_fetch import SafeClient
from node.graph.recent_quads import RecentQuads
from node.identity import Identity
from node.setting_groups import FederationSettings
from node.storage.database import Database
from node.storage.peer_policy import PolicyKeeper
from node.workers.repeating import Bells


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingParts:
    """The parts of one node that its receiving workers share."""

    database: Database
    identity: Identity
    settings: FederationSettings
    #: Who may talk.
    policies: PolicyKeeper
    client: SafeClient
    bells: Bells
    #: Where the graph worker finds the quads of what was taken in.
    recent: RecentQuads
    #: Knows whose word a document is by the proof in it.
    proofs: ProofVerifier
    #: Is told of each actor that is gone or was read anew: its keys may be others.
    forget_keys: Callable[[str], None]
