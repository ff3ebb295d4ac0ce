"""The desk: takes changes one after the other, each made in a process of its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING

import anyio

from keikaku.deposit.change import DepositError, Reason
from keikaku.deposit.transaction import deposit

if TYPE_CHECKING:
    from keikaku.deposit.change import Change, Published
    from keikaku.settings import Settings


class Desk:
    """Makes deposits: the service goes on whatever becomes of the process that makes one."""

    def __init__(self, settings: Settings, wait: float) -> None:
        """Let a change wait `wait` seconds for those before it."""
        self.settings = settings
        self._wait = wait
        self._turn = anyio.Lock()
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["keikaku.deposit.transaction"])

    async def deposit(self, change: Change) -> Published:
        """Make a change; raises DepositError if it is refused, fails or has waited too long."""
        with anyio.move_on_after(self._wait) as waiting:
            await self._turn.acquire()
        if waiting.cancelled_caught:
            raise DepositError(
                Reason.BUSY,
                "ほかの変更を公開しているところです。しばらくしてから送ってください。",
                "other changes are being published; send this one again later",
            )
        try:
            return await anyio.to_thread.run_sync(self._in_process, change)
        finally:
            self._turn.release()

    def _in_process(self, change: Change) -> Published:
        with ProcessPoolExecutor(1, mp_context=self._context) as process:
            try:
                return process.submit(deposit, change, self.settings, self._wait).result()
            except BrokenProcessPool as error:
                raise DepositError(
                    Reason.UNFINISHED,
                    "公開の処理が途中で終わりました。現在のリリースを確かめて、送り直してください。",
                    "the process that publishes was ended; look at the current release, then send "
                    "this again",
                ) from error
