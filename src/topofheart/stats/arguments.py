"""What the functions of this package accept, checked once where the numbers enter."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topofheart.kernel.errors import InvalidInput

Floats = NDArray[np.float64]
Interval = tuple[Floats, Floats]


def counts(**given: ArrayLike) -> list[Floats]:
    """Numbers of answers, sums of squares, planned variances: finite and never negative."""
    return _accepted(given, "finite and 0 or more", lambda x: np.isfinite(x) & (x >= 0))


def sums(**given: ArrayLike) -> list[Floats]:
    """Totals that may be negative."""
    return _accepted(given, "finite", np.isfinite)


def positives(**given: ArrayLike) -> list[Floats]:
    """Margins, differences and planned sizes: something is divided by them."""
    return _accepted(given, "finite and above 0", lambda x: np.isfinite(x) & (x > 0))


def estimates(**given: ArrayLike) -> list[Floats]:
    """Results of an earlier step, where nan says that a cell had too few answers."""
    return _accepted(given, "finite or nan", lambda x: ~np.isinf(x))


def spreads(**given: ArrayLike) -> list[Floats]:
    """Variances, standard errors and degrees of freedom of an earlier step."""
    return _accepted(given, "finite and 0 or more, or nan", lambda x: ~np.isinf(x) & ~(x < 0))


def nan_if_empty(n: Floats) -> Floats:
    """The sizes, with nan for 0 so that nothing is divided by zero."""
    return np.where(n > 0, n, np.nan)


def probability(name: str, value: float) -> float:
    """A level or a power, as a share."""
    if not 0 < value < 1:
        raise InvalidInput(
            f"{name} must lie strictly between 0 and 1, got {value}.",
            hint=f"Write {name} as a share: 0.95, not 95.",
        )
    return value


def upper_tail(level: float) -> float:
    """The cumulative probability at the upper limit: .975 at a level of .95."""
    return (1 + probability("level", level)) / 2


def _accepted(
    given: dict[str, ArrayLike], requirement: str, accepts: Callable[[Floats], NDArray[np.bool_]]
) -> list[Floats]:
    arrays = [np.asarray(value, dtype=np.float64) for value in given.values()]
    for name, array in zip(given, arrays, strict=True):
        refused = array[~accepts(array)]
        if refused.size:
            raise InvalidInput(
                f"{name} must be {requirement}: {refused.size} of {array.size} values are not, "
                f"the first is {refused[0]}.",
                hint=f"Leave those cells out, or correct what {name} is computed from.",
            )
    return arrays
