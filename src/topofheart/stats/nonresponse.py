"""What those who did not answer could do to a score, when nothing is assumed about them."""

from numpy.typing import ArrayLike

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats, Interval, estimates


def worst_case_bounds(
    value: ArrayLike, response_rate: ArrayLike, *, lowest: float, highest: float
) -> Interval:
    """The scores that everybody together can have, given the score of those who answered.

    Parameters
    ----------
    value : array_like
        Net share (-1 to 1), share (0 to 1) or mean, among those who answered; nan allowed.
    response_rate : array_like
        The part that answered of all whose score is asked for, 0 to 1; nan allowed.
    lowest, highest : float
        The ends of the scale: -1 and 1, 0 and 1, or those of the grade.

    Notes
    -----
    ``rate * value + (1 - rate) * end``. No interval for chance: it is what would be unknown with
    endless answers. Nearly always too wide to decide on; its use is to show how much of a score is
    trust in the silent. Where a register says who they are, weighting narrows it, by assumption.

    References
    ----------
    Manski (1989), Journal of Human Resources 24, 343-360; Manski (2003), Partial Identification
    of Probability Distributions, chapter 1.

    Examples
    --------
    >>> lower, upper = worst_case_bounds([0.3, 0.3], [0.2, 1.0], lowest=-1, highest=1)
    >>> print(lower.round(2), upper.round(2))
    [-0.74  0.3 ] [0.86 0.3 ]
    """
    score, rate = estimates(value=value, response_rate=response_rate)
    _within(score, lowest, highest, "value")
    _within(rate, 0, 1, "response_rate")
    silent = 1 - rate
    return rate * score + silent * lowest, rate * score + silent * highest


def _within(values: Floats, lowest: float, highest: float, name: str) -> None:
    outside = int(((values < lowest) | (values > highest)).sum())
    if outside:
        raise InvalidInput(
            f"{name} lies outside {lowest:g} to {highest:g} in {outside} cells.",
            hint="Write shares and rates as 0.2, not 20.",
        )
