"""Signing and posting one message: what the lanes call for each.

RSA signing takes longer than all else about a delivery and lets other threads run, so it
happens in threads. What waits to be signed goes there in batches: handing over costs about
as much as a quarter of a signature, and the batch pays it once.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from federation.delivery_lane import DeliveryJob
from federation.delivery_policy import PostOutcome
from federation.errors import FetchRefused
from federation.safe_fetch import SafeClient

#: Gives the headers of a POST; called in a thread, so it must not touch the event loop.
SignJob = Callable[[DeliveryJob], Mapping[str, str]]

_Waiting = tuple[DeliveryJob, "asyncio.Future[Mapping[str, str]]"]
_Signed = Mapping[str, str] | Exception


class ThreadSigner:
    """Signs messages in a few threads, several per hand-over."""

    def __init__(self, sign: SignJob, *, threads: int = 2, batch: int = 16) -> None:
        """Use *threads* threads, which get up to *batch* messages at a time."""
        self._sign = sign
        self._batch = batch
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="sign")
        self._idle = threads
        self._waiting: list[_Waiting] = []

    async def sign(self, job: DeliveryJob) -> Mapping[str, str]:
        """Return the headers for *job*. Raises what signing raises."""
        loop = asyncio.get_running_loop()
        signed: asyncio.Future[Mapping[str, str]] = loop.create_future()
        self._waiting.append((job, signed))
        if len(self._waiting) == 1:
            # Whoever else asks in this turn of the loop comes along.
            loop.call_soon(self._hand_over, loop)
        return await signed

    def close(self) -> None:
        """Take no more; what is being signed is finished and dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._idle and self._waiting:
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            self._idle -= 1
            self._threads.submit(self._sign_batch, loop, batch)

    def _sign_batch(self, loop: asyncio.AbstractEventLoop, batch: Sequence[_Waiting]) -> None:
        results = [self._try_sign(job) for job, _ in batch]
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._take_back, loop, batch, results)

    def _try_sign(self, job: DeliveryJob) -> _Signed:
        try:
            return self._sign(job)
        except Exception as error:
            # Raised again where the message is waited for.
            return error

    def _take_back(
        self, loop: asyncio.AbstractEventLoop, batch: Sequence[_Waiting], results: Sequence[_Signed]
    ) -> None:
        self._idle += 1
        self._hand_over(loop)
        for (_, signed), result in zip(batch, results, strict=True):
            if signed.done():
                continue
            if isinstance(result, Exception):
                signed.set_exception(result)
            else:
                signed.set_result(result)


class SignedSender:
    """Signs and posts messages; an instance is the ``send`` of the lanes."""

    def __init__(self, client: SafeClient, signer: ThreadSigner) -> None:
        """Post with *client* what *signer* signed."""
        self._client = client
        self._signer = signer

    async def __call__(self, job: DeliveryJob) -> PostOutcome:
        """Send *job* once."""
        try:
            # Signed is the URL as it goes out, in ASCII; what is refused costs no signature.
            inbox = str(self._client.policy.check_url(job.inbox))
        except FetchRefused as refusal:
            return PostOutcome(error=refusal.safe, refused=True)
        headers = await self._signer.sign(replace(job, inbox=inbox))
        return await self._client.post(inbox, job.body, headers)
