"""An estimate: a value that is never alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WITHHELD = "withheld"


class State(StrEnum):
    """What can be said. Value and interval are empty unless it is `SHOWN`."""

    SHOWN = "shown"
    TOO_FEW = "too_few"
    CANNOT_TELL = "cannot_tell"
    NOT_COMPARABLE = "not_comparable"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval at `level`, the answers under it, and how it was made.

    `unit` is `net_share` (−1…1), `share` (0…1), or the scale of a mean such as `1-10`.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    method: str
    level: float = 0.95
    state: State = State.SHOWN
    caveats: tuple[str, ...] = ()

    @property
    def counted(self) -> int | None:
        """The number of answers, unless even that may not be told."""
        return None if WITHHELD in self.caveats else self.n
