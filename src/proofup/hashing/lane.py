"""Threads that hash, and a short queue before them; beyond it nothing more is taken."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from proofup.values.errors import TooBusyError

R = TypeVar("R")

QUEUED_PER_THREAD = 8
NICER_BY = 10  # of a core that a page wants too, a hash gets a tenth
LEAST_PRIORITY = 19
RETRY_AFTER_SECONDS = 2  # a full queue of 64 MiB hashes is gone by then


class Lane:
    """``threads`` hashes at once; ``most`` is how many may run or wait."""

    def __init__(self, threads: int, *, name: str) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_step_back)
        self._given: set[Future[Any]] = set()
        self.most = threads * (1 + QUEUED_PER_THREAD)

    @property
    def taken(self) -> int:
        """How many run or wait."""
        return len(self._given)

    def require_room(self) -> None:
        """Raise TooBusyError where no more is taken now."""
        if self.taken >= self.most:
            raise TooBusyError(RETRY_AFTER_SECONDS)

    async def run(self, work: Callable[[], R]) -> R:
        """Return what ``work`` returns in one of the threads. Raises TooBusyError."""
        self.require_room()
        future = self._threads.submit(work)
        self._given.add(future)
        # The place is free when the thread is, even if nobody waits for the answer any more.
        future.add_done_callback(self._given.discard)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let what runs end, and forget what waits."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def _step_back() -> None:
    """Let whoever serves pages go before this thread: a hash lasts long, and a page is short."""
    if sys.platform == "linux":  # elsewhere a priority is the whole process's
        thread = threading.get_native_id()
        nice = os.getpriority(os.PRIO_PROCESS, thread) + NICER_BY
        os.setpriority(os.PRIO_PROCESS, thread, min(nice, LEAST_PRIORITY))
