"""Requests to other servers: the only way out of this node.

Redirects are followed by hand, so that every hop is judged like the first, and signed anew.
Nothing is taken from the environment (no proxies, no netrc) and no cookies are kept.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from federation.bounded_body import ACCEPT_ENCODING, read_body
from federation.checked_connector import BoundedResolver, open_connector
from federation.content_types import ACCEPT_ACTIVITY, ACCEPT_JSON, is_activity, is_json
from federation.delivery_policy import PostOutcome, read_retry_after
from federation.errors import FetchFailed, FetchRefused, UnsupportedContent
from federation.fetch_answers import check_status, explain, status_words
from federation.fetch_policy import FetchPolicy, FetchTimeouts
from federation.host_formats import HostFormats
from federation.origins import host_of, same_origin
from federation.ports import FetchedDocument
from federation.signature_formats import SignatureWish
from federation.software import user_agent
from federation.strict_json import JsonLimits, parse_document
from vocab.clock import now

__all__ = ["FetchPolicy", "FetchTimeouts", "PostOutcome", "SafeClient", "Sign"]

#: Method, URL, body and form to the headers that sign the request; called anew for each hop.
Sign = Callable[[str, str, bytes | None, SignatureWish], Mapping[str, str]]
#: URL and form to the headers that sign a POST, made in a thread or wherever it suits.
SignPost = Callable[[str, SignatureWish], Awaitable[Mapping[str, str]]]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_THAT_KEEP_THE_METHOD = frozenset({307, 308})
# What is read of an answer to a POST, so that its connection can be used again.
_ANSWER_BYTES = 16 * 1024
_ANSWER_SECONDS = 1.0
# What ends a request without an answer; ValueError stands for URLs that aiohttp cannot use.
_FAILURES = (aiohttp.ClientError, OSError, ValueError)


class SafeClient:
    """Fetches documents and posts activities within one policy.

    Must be made inside a running event loop and closed after use.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        base_url: str,
        sign: Sign | None = None,
        formats: HostFormats | None = None,
        ca_file: Path | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """Make a client that names *base_url* as the node it speaks for.

        *sign* signs fetches that bring no signer of their own, in the form that *formats*
        knows of the host. Certificates in *ca_file* are trusted beside the system's.
        """
        self.policy = policy
        self.formats = formats or HostFormats()
        #: What signs fetches that bring no signer of their own.
        self.sign = sign
        self._resolver = resolver or BoundedResolver(policy.timeouts.dns)
        self._session = aiohttp.ClientSession(
            connector=open_connector(policy, resolver=self._resolver, ca_file=ca_file),
            headers={
                "User-Agent": user_agent(base_url),
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=policy.timeouts.connect),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        """Return the client itself."""
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close the client."""
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()
        await self._resolver.close()

    async def fetch_document(
        self, url: str, *, accept: str = ACCEPT_ACTIVITY, sign: Sign | None = None
    ) -> FetchedDocument:
        """Return the ActivityPub document at *url*, and where it was found.

        Raises FetchRefused where the policy forbids it, GoneResource on 410,
        UnsupportedContent where it is no ActivityPub type, MalformedRequest where it is no
        acceptable JSON object, FetchFailed for all else, with ``retry_after`` if told so.
        """
        found = await self._fetch(url, accept, sign or self.sign, is_activity)
        await self.formats.read_document(found.url, found.document)
        return found

    async def fetch_json(self, url: str, *, accept: str = ACCEPT_JSON) -> FetchedDocument:
        """Return the JSON document at *url*, as WebFinger and NodeInfo answer, unsigned.

        Raises as ``fetch_document`` does.
        """
        return await self._fetch(url, accept, None, is_json)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> PostOutcome:
        """Post *body* and say what came of it; no redirect is followed, nothing is raised."""
        whole = self.policy.timeouts.whole
        try:
            target = self.policy.check_url(url)
        except FetchRefused as refusal:
            return PostOutcome(error=refusal.safe, refused=True)
        try:
            async with asyncio.timeout(whole):
                return await self._post(target, body, headers)
        except _FAILURES as error:
            explained = explain(error, target.authority, whole)
            return PostOutcome(error=explained.safe, refused=isinstance(explained, FetchRefused))

    async def post_signed(self, url: str, body: bytes, sign: SignPost) -> PostOutcome:
        """Post *body*, signed in the form that the host takes; what is refused once more.

        Says what came of it as ``post`` does. Raises what *sign* raises.
        """
        try:
            # Signed is the URL as it goes out, in ASCII; what is refused costs no signature.
            target = str(self.policy.check_url(url))
        except FetchRefused as refusal:
            return PostOutcome(error=refusal.safe, refused=True)
        host = host_of(target)
        first = await self.formats.first_knock(host)
        outcome = await self.post(target, body, await sign(target, first))
        asked = outcome.accept_signature
        second = self.formats.second_knock(first, outcome.status, asked, with_body=True)
        if second is None:
            await self.formats.answered(host, first, outcome.status, asked)
            if outcome.error is None:
                await self.formats.delivered(host)
            return outcome
        again = await self.post(target, body, await sign(target, second))
        taken = await self.formats.knocked_twice(host, first, second, again.status)
        return again if taken else outcome

    async def _post(self, target: URL, body: bytes, headers: Mapping[str, str]) -> PostOutcome:
        async with self._session.post(
            target, data=body, headers=headers, allow_redirects=False
        ) as response:
            outcome = _judge_post(target, response)
            await _read_away(response)
            return outcome

    async def _fetch(
        self, url: str, accept: str, sign: Sign | None, accepts: Callable[[str], bool]
    ) -> FetchedDocument:
        whole = self.policy.timeouts.whole
        target = self.policy.check_url(url)
        try:
            async with asyncio.timeout(whole):
                return await self._follow(target, accept, sign, accepts)
        except _FAILURES as error:
            raise explain(error, target.authority, whole) from error

    async def _follow(
        self, target: URL, accept: str, sign: Sign | None, accepts: Callable[[str], bool]
    ) -> FetchedDocument:
        for _ in range(self.policy.max_redirects + 1):
            async with self._ask(target, accept, sign) as response:
                if response.status not in _REDIRECTS:
                    return await self._read(response, accepts)
                target = self._next_hop(target, response)
        raise FetchFailed(f"The server {target.authority} sends on from address to address.")

    @asynccontextmanager
    async def _ask(
        self, target: URL, accept: str, sign: Sign | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Give the answer to a GET, signed once more in the other form where it is refused."""
        headers = {"Accept": accept}
        if sign is None:
            async with self._get(target, headers) as response:
                yield response
            return
        url, host = str(target), host_of(str(target))
        first = await self.formats.first_knock(host)
        async with self._get(target, {**headers, **sign("GET", url, None, first)}) as response:
            asked = response.headers.get("Accept-Signature")
            second = self.formats.second_knock(first, response.status, asked, with_body=False)
            if second is None:
                await self.formats.answered(host, first, response.status, asked)
                yield response
                return
        async with self._get(target, {**headers, **sign("GET", url, None, second)}) as response:
            await self.formats.knocked_twice(host, first, second, response.status)
            yield response

    def _get(
        self, target: URL, headers: Mapping[str, str]
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._session.get(target, headers=headers, allow_redirects=False)

    def _next_hop(self, source: URL, response: aiohttp.ClientResponse) -> URL:
        location = response.headers.get("Location")
        if not location:
            raise FetchFailed(f"The server {source.authority} sends on to nowhere.")
        return self.policy.check_redirect(source, urljoin(str(source), location))

    async def _read(
        self, response: aiohttp.ClientResponse, accepts: Callable[[str], bool]
    ) -> FetchedDocument:
        check_status(response)
        content_type = response.headers.get("Content-Type", "")
        if not accepts(content_type):
            raise UnsupportedContent(log=f"{content_type[:200]!r} from {response.url}")
        limit = self.policy.max_body
        if response.content_length is not None and response.content_length > limit:
            raise FetchFailed("The answer is longer than this node reads.")
        encoding = response.headers.get("Content-Encoding", "")
        body = await read_body(response.content.iter_any(), encoding, limit)
        return FetchedDocument(
            url=str(response.url),
            document=parse_document(body, JsonLimits(body=limit)),
            content_type=content_type,
        )


def _judge_post(target: URL, response: aiohttp.ClientResponse) -> PostOutcome:
    status = response.status
    asked = response.headers.get("Accept-Signature")
    if 200 <= status < 300:
        return PostOutcome(status=status, accept_signature=asked)
    elsewhere = status in _REDIRECTS and not _stays(target, response)
    return PostOutcome(
        status=status,
        retry_after=read_retry_after(response.headers.get("Retry-After"), now()),
        error=f"The server {target.authority} {status_words(status)}.",
        refused=elsewhere,
        accept_signature=asked,
    )


def _stays(target: URL, response: aiohttp.ClientResponse) -> bool:
    """Say whether a redirect asks for the same POST at the same origin."""
    location = urljoin(str(target), response.headers.get("Location", ""))
    return response.status in _REDIRECTS_THAT_KEEP_THE_METHOD and same_origin(str(target), location)


async def _read_away(response: aiohttp.ClientResponse) -> None:
    """Read a short answer to its end, so that its connection can be used again.

    The status is what counts: an answer that is long, slow or broken is cut off.
    """
    if response.content.at_eof():
        return
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            left = _ANSWER_BYTES
            while left > 0 and not response.content.at_eof():
                left -= len(await response.content.readany())
    except (aiohttp.ClientError, TimeoutError):
        response.close()
