"""Work in several parts that tells how far it is, and can be given up between them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from visualizer.simulate.tiles import Cancelled

Progress = Callable[[float], None]


class Work(NamedTuple):
    """Who may give it up, and who is told which share is done; ``begin`` to ``begin + share`` of the whole is this."""

    cancel: threading.Event | None = None
    told: Progress | None = None
    begin: float = 0.0
    share: float = 1.0

    def part(self, k: int, count: int) -> Work:
        """Part ``k`` of ``count``, all as long. Raises ``Cancelled`` when it was given up."""
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled
        return self._replace(begin=self.begin + self.share * k / count, share=self.share / count)

    def progress(self, share: float) -> None:
        if self.told:
            self.told(min(1.0, self.begin + self.share * share))
