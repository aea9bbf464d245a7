"""Which form of signature each server takes: learnt by knocking, kept, forgotten in time.

A server of which nothing is known gets draft-cavage, and on 400, 401 or 403 once the other
form ("double-knock"). What worked is remembered for a week, as is what a server says of itself
(FEP-844e, Accept-Signature); what a knock has shown outweighs what is only said.
"""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from federation.bounded_cache import BoundedCache
from federation.capabilities import advertised_format
from federation.origins import host_of, same_origin
from federation.ports import FormatDirectory, KeptFormat
from federation.signature_formats import (
    DEFAULT,
    SignatureFormat,
    SignatureWish,
    other_form,
    read_accept_signature,
)
from vocab.clock import now

#: What was learnt of a server holds this long: it may have been taught another form since.
REMEMBERED: Final = timedelta(days=7)
#: The same is written down again only when it is this old.
RENEWED: Final = timedelta(days=1)
#: Hosts in memory, and for how many seconds before they are looked up again.
_KEPT, _KEPT_FOR, _UNKNOWN_FOR = 10_000, 3600.0, 60.0

_REFUSALS: Final = frozenset({400, 401, 403})


class NoFormats:
    """A ``FormatDirectory`` that keeps nothing: what is learnt lasts as long as the process."""

    async def find_formats(self, hosts: Collection[str]) -> Mapping[str, KeptFormat]:
        """Know nothing."""
        return {}

    async def keep_format(self, host: str, kept: KeptFormat) -> bool:
        """Keep nothing."""
        return False


class HostFormats:
    """The memory of one node for how its requests must be signed."""

    def __init__(
        self,
        directory: FormatDirectory | None = None,
        *,
        clock: Callable[[], datetime] = now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep in *directory* what is learnt, at the time of *clock*."""
        self._directory = directory or NoFormats()
        self._clock = clock
        self._known: BoundedCache[KeptFormat] = BoundedCache(
            size=_KEPT, seconds=_KEPT_FOR, monotonic=monotonic
        )
        # Learnt of hosts that were no peers then, and may be by now.
        self._unwritten: BoundedCache[bool] = BoundedCache(
            size=_KEPT, seconds=_KEPT_FOR, monotonic=monotonic
        )

    async def first_knock(self, host: str) -> SignatureWish:
        """Return how a request to *host* is signed at first."""
        kept = await self._kept(host)
        return SignatureWish(format=kept.format)

    def second_knock(
        self, first: SignatureWish, status: int | None, asked: str | None, *, with_body: bool
    ) -> SignatureWish | None:
        """Return how to sign once more after the answer to *first*; None where that was no refusal.

        *asked* is the answer's Accept-Signature.
        """
        if status not in _REFUSALS:
            return None
        wish = read_accept_signature(asked, with_body=with_body)
        if wish is not None and not wish.asks_as(first):
            return wish
        return SignatureWish(format=other_form(first.format))

    async def answered(
        self, host: str, wish: SignatureWish, status: int | None, asked: str | None
    ) -> None:
        """Note that *host* took the first knock, and what it asks for in Accept-Signature."""
        if status is None or not 200 <= status < 300:
            return
        preferred = read_accept_signature(asked, with_body=True)
        if wish.format is DEFAULT and preferred is not None:
            await self._learn(host, preferred.format)

    async def delivered(self, host: str) -> None:
        """Write down what was learnt of *host* before it was a server that we deliver to."""
        kept = self._fresh(host)
        if kept is not None and self._unwritten.get(host):
            await self._write(host, kept)

    async def knocked_twice(
        self, host: str, first: SignatureWish, second: SignatureWish, status: int | None
    ) -> bool:
        """Note the answer to the second knock; return whether it was no refusal."""
        if status is not None and 200 <= status < 300:
            await self._learn(host, second.format)
        elif status in _REFUSALS and first.format is SignatureFormat.RFC_9421_ED25519:
            # It may know RFC 9421, and our kind of key not: the next message shows.
            await self._learn(host, SignatureFormat.RFC_9421)
        return status not in _REFUSALS

    async def read_document(self, url: str, document: Mapping[str, Any]) -> None:
        """Note what a document, found at *url*, says that its server takes (FEP-844e)."""
        said = advertised_format(document)
        iri = document.get("id")
        if said is None or not isinstance(iri, str) or not same_origin(iri, url):
            return
        host = host_of(url)
        kept = await self._kept(host)
        shown_otherwise = kept.format is DEFAULT and kept.learnt_at is not None
        if not shown_otherwise:
            await self._learn(host, said)

    async def recall(self, hosts: Collection[str]) -> None:
        """Look up those of *hosts* that are not in memory, all at once."""
        missing = [host for host in hosts if self._fresh(host) is None]
        if not missing:
            return
        found = await self._directory.find_formats(missing)
        for host in missing:
            kept = found.get(host)
            if kept is None or self._is_over(kept):
                self._known.put(host, KeptFormat(format=DEFAULT), seconds=_UNKNOWN_FOR)
            else:
                self._known.put(host, kept)

    async def _kept(self, host: str) -> KeptFormat:
        await self.recall([host])
        return self._fresh(host) or KeptFormat(format=DEFAULT)

    def _fresh(self, host: str) -> KeptFormat | None:
        kept = self._known.get(host)
        return None if kept is None or self._is_over(kept) else kept

    def _is_over(self, kept: KeptFormat) -> bool:
        return kept.learnt_at is not None and self._clock() - kept.learnt_at >= REMEMBERED

    async def _learn(self, host: str, format: SignatureFormat) -> None:
        moment = self._clock()
        kept = await self._kept(host)
        recent = kept.learnt_at is not None and moment - kept.learnt_at < RENEWED
        if recent and kept.format is format:
            return
        learnt = KeptFormat(format=format, learnt_at=moment)
        self._known.put(host, learnt)
        await self._write(host, learnt)

    async def _write(self, host: str, learnt: KeptFormat) -> None:
        self._unwritten.put(host, not await self._directory.keep_format(host, learnt))
