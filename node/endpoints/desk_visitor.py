"""Who is at the desk, as the pages below ``/desk`` find it in their request."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskVisitor:
    """Someone of the cluster's office who is signed in."""

    #: What is written down as who did something.
    name: str
    #: The person's own language: nb, nn, da or en.
    language: str
    #: What every form of this visitor must hold, under the name ``csrf``.
    csrf: str


#: Set for every request below ``/desk``.
VISITOR = web.RequestKey("VISITOR", DeskVisitor)
#: Set for every POST below ``/desk``: the fields of its form, which was checked.
FORM: web.RequestKey[Mapping[str, str]] = web.RequestKey("FORM", Mapping)
#: Set with it: the files of the form, where it may have some.
FILES: web.RequestKey[Mapping[str, bytes]] = web.RequestKey("FILES", Mapping)
