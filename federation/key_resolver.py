"""Public keys by their ids: kept, or fetched within bounds.

One fetch per key at a time however many wait for it; a failure is remembered, so that a
stranger who names keys that cannot be had makes this node ask for them only now and then.
A host that does not answer is left alone for a while. One that answers, but has not the keys
that somebody names, is asked at a steady pace, so that its new actors need not wait long.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from federation.actors import RemoteActor
from federation.authority import is_own_key_id
from federation.bounded_cache import BoundedCache
from federation.errors import (
    FederationError,
    FetchFailed,
    GoneResource,
    KeyUnavailable,
    NothingShown,
    UnsupportedContent,
    UntrustedKey,
)
from federation.key_documents import fetch_key_owner
from federation.origins import host_of
from federation.ports import Fetcher, KeyDirectory, KnownKey
from federation.token_bucket import TokenBuckets


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLimits:
    """How much is fetched and kept for the sake of keys. Times are in seconds."""

    #: Keys held in memory, and for how long before they are read from the directory again.
    kept: int = 4096
    kept_for: float = 3600
    #: Fetches at once.
    fetches: int = 64
    #: Fetches of one host that run, or got no answer within ``retry_after``.
    fetches_per_host: int = 10
    #: Fetches at once of one host for keys that it turns out not to have,
    misses_at_once: int = 10
    #: and the seconds until one more.
    seconds_per_miss: float = 6
    #: Until a key that could not be fetched is asked for again.
    retry_after: float = 300
    #: Until a key that is gone or is not its owner's is asked for again.
    refused_for: float = 600
    #: How long a fetched key counts as fresh, so that a wrong signature fetches nothing.
    fresh_for: float = 60


_WAIT_FOR_ROOM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    kind: type[KeyUnavailable | UntrustedKey | GoneResource]
    log: str
    #: Whether the key's server said anything at all.
    answered: bool

    def error(self, seconds: float) -> FederationError:
        """Return a new error for one more who asked."""
        later = max(1, round(seconds)) if self.kind is KeyUnavailable else None
        return self.kind(log=self.log, retry_after=later)


class KeyResolver:
    """Finds the public key with a given id, and refetches one that may have changed."""

    def __init__(
        self,
        directory: KeyDirectory,
        fetcher: Fetcher,
        limits: KeyLimits | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look keys up in *directory*, fetch with *fetcher*, measure time by *monotonic*."""
        self._directory = directory
        self._fetcher = fetcher
        self._limits = limits or KeyLimits()
        bounds = self._limits
        self._keys: BoundedCache[KnownKey] = BoundedCache(
            size=bounds.kept, seconds=bounds.kept_for, monotonic=monotonic
        )
        self._fresh: BoundedCache[KnownKey] = BoundedCache(
            size=bounds.kept, seconds=bounds.fresh_for, monotonic=monotonic
        )
        self._failures: BoundedCache[_Failure] = BoundedCache(
            size=bounds.kept, seconds=bounds.retry_after, monotonic=monotonic
        )
        self._silent_hosts: BoundedCache[int] = BoundedCache(
            size=bounds.kept, seconds=bounds.retry_after, monotonic=monotonic
        )
        self._misses = TokenBuckets(
            burst=bounds.misses_at_once,
            seconds_each=bounds.seconds_per_miss,
            size=bounds.kept,
            monotonic=monotonic,
        )
        self._running: dict[str, asyncio.Task[KnownKey | _Failure]] = {}

    async def resolve(self, key_id: str) -> KnownKey:
        """Return the key with that id: from memory, the directory, or its own server.

        Raises KeyUnavailable where it cannot be had now, GoneResource where it answered
        410, UntrustedKey where what is found there is no key of its supposed owner.
        """
        return await self.known(key_id) or await self._fetch(key_id)

    async def known(self, key_id: str) -> KnownKey | None:
        """Return the key with that id where it is kept here; nothing is fetched."""
        kept = self.kept(key_id)
        if kept is None:
            kept = await self._directory.find_key(key_id)
            if kept is not None:
                self._keys.put(key_id, kept)
        return kept

    def kept(self, key_id: str) -> KnownKey | None:
        """Return the key with that id where it is in memory."""
        return self._keys.get(key_id)

    async def refetch(self, key_id: str) -> KnownKey:
        """Return the key as its owner lists it now, or did within the last minute.

        Raises as ``resolve`` does.
        """
        return self._fresh.get(key_id) or await self._fetch(key_id)

    async def knows_actor(self, iri: str) -> bool:
        """Say whether anything is kept about the actor *iri*."""
        return await self._directory.knows_actor(iri)

    async def is_gone(self, actor: str) -> bool:
        """Say whether the actor's own address answers 410.

        Raises KeyUnavailable where that cannot be learnt now.
        """
        try:
            await self._fetch(actor)
        except GoneResource:
            return True
        except UntrustedKey:
            return False
        return False

    def forget(self, actor: str) -> None:
        """Hold no key of *actor* in memory any more."""
        self._keys.drop(lambda key: key.actor == actor)
        self._fresh.drop(lambda key: key.actor == actor)

    async def close(self) -> None:
        """End the fetches that still run."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _fetch(self, key_id: str) -> KnownKey:
        failure = self._failures.get(key_id)
        if failure is not None:
            raise failure.error(self._failures.seconds_left(key_id))
        running = self._running.get(key_id)
        if running is None:
            self._check_room(host_of(key_id))
            self._misses.take(host_of(key_id))
            running = asyncio.create_task(self._fetch_once(key_id))
            self._running[key_id] = running
            running.add_done_callback(lambda _: self._running.pop(key_id, None))
        # Who asked may hang up; the others still wait for the same answer.
        outcome = await asyncio.shield(running)
        if isinstance(outcome, _Failure):
            raise outcome.error(self._limits.retry_after)
        return outcome

    def _check_room(self, host: str) -> None:
        if len(self._running) >= self._limits.fetches:
            raise KeyUnavailable(retry_after=_WAIT_FOR_ROOM, log="too many key fetches at once")
        wait = max(self._wait_for_silent(host), self._misses.wait(host))
        if wait:
            raise KeyUnavailable(
                retry_after=max(1, ceil(wait)), log=f"too many key fetches of {host}"
            )

    def _wait_for_silent(self, host: str) -> float:
        silent = self._silent_hosts.get(host) or 0
        running = sum(1 for key_id in self._running if host_of(key_id) == host)
        if silent + running < self._limits.fetches_per_host:
            return 0.0
        return _WAIT_FOR_ROOM if running else self._silent_hosts.seconds_left(host)

    async def _fetch_once(self, key_id: str) -> KnownKey | _Failure:
        """Fetch the key; the token taken for it is used up where its host answers without it."""
        host = host_of(key_id)
        try:
            actor = await fetch_key_owner(self._fetcher, key_id)
            key = await self._keep(actor, key_id)
        except FederationError as error:
            failure = self._remember(key_id, error)
            if not failure.answered:
                self._misses.give_back(host)
                self._count_silence(host)
            return failure
        except BaseException:
            self._misses.give_back(host)
            raise
        self._misses.give_back(host)
        return key

    async def _keep(self, actor: RemoteActor, key_id: str) -> KnownKey:
        keys = {key.key_id: key for key in _known_keys(actor)}
        if key_id in keys or await self._directory.knows_actor(actor.iri):
            await self._directory.store_actor(actor)
            self.forget(actor.iri)
            for key in keys.values():
                if key.key_id == key_id or is_own_key_id(key.key_id, actor.iri):
                    self._keys.put(key.key_id, key)
                    self._fresh.put(key.key_id, key)
        if key_id not in keys:
            raise UntrustedKey(log=f"{actor.iri} does not list the key {key_id}")
        return keys[key_id]

    def _remember(self, key_id: str, error: FederationError) -> _Failure:
        kind, answered = _kind_of(error), _is_answer(error)
        failure = _Failure(kind=kind, log=f"key {key_id}: {error.log}", answered=answered)
        bounds = self._limits
        later = failure.kind is KeyUnavailable
        seconds = bounds.retry_after if later else bounds.refused_for
        self._failures.put(key_id, failure, seconds=seconds)
        return failure

    def _count_silence(self, host: str) -> None:
        counted = self._silent_hosts.get(host)
        # The count starts anew when its first failure is forgotten, not its last.
        left = self._silent_hosts.seconds_left(host) if counted else None
        self._silent_hosts.put(host, (counted or 0) + 1, seconds=left)


def _known_keys(actor: RemoteActor) -> list[KnownKey]:
    return [
        KnownKey(
            key_id=key.key_id,
            actor=actor.iri,
            actor_kind=actor.kind,
            algorithm=key.algorithm,
            public_key=key.public_key,
            expires=key.expires,
        )
        for key in actor.keys
    ]


def _is_answer(error: FederationError) -> bool:
    """Say whether the server answered, whatever it said; a refused address was not asked."""
    return isinstance(error, NothingShown | UnsupportedContent) or not isinstance(
        error, FetchFailed
    )


def _kind_of(error: FederationError) -> type[KeyUnavailable | UntrustedKey | GoneResource]:
    if isinstance(error, GoneResource):
        return GoneResource
    waits = isinstance(error, FetchFailed) and not isinstance(error, UnsupportedContent)
    return KeyUnavailable if waits else UntrustedKey
