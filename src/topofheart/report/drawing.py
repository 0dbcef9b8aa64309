"""Where things lie in a drawing; `templates/drawings.html` draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """A stretch of a scale with its marks."""

    low: float
    high: float
    step: float

    def share(self, value: float) -> float:
        """Where a value lies, 0–1; values beyond the ends stay on the edge."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def down(self, value: float) -> float:
        """Where a value lies in the drawing of the months, in pixels from the top."""
        return round(8 + (1 - self.share(value)) * 160, 1)

    @property
    def marks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + i * self.step for i in range(count + 1)]


@dataclass(frozen=True)
class Bar:
    """One answer of the scale; `label` is its share as it is written."""

    answer: str
    share: float
    label: str
    side: str


@dataclass(frozen=True)
class Brace:
    """One side of the scale, from the first to the last of its bars."""

    side: str
    first: int
    last: int
    share: str
    name: str


def fitted(values: Sequence[float], limits: Axis, *, narrowest: float) -> Axis:
    """The round axis that holds the values, at least `narrowest` wide, never beyond the limits."""
    low, high = min(values), max(values)
    slack = max(0.0, narrowest - (high - low)) / 2
    rough = (high - low + 2 * slack) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(k * power for k in (1, 2, 5, 10) if k * power >= rough * 0.999)
    low = math.floor((low - slack) / step + 1e-9) * step
    high = math.ceil((high + slack) / step - 1e-9) * step
    return Axis(max(low, limits.low), min(high, limits.high), step)
