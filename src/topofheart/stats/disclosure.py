"""Which groups would give somebody away: too few customers, or too few left after one subtraction."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topofheart.stats.arguments import counts

Booleans = NDArray[np.bool_]


def isolated(people: ArrayLike, *, fewest: int) -> Booleans:
    """Whether a group holds somebody, but fewer than may be shown.

    Parameters
    ----------
    people : array_like
        Customers per group; 0 for a group without anybody, which gives nobody away.
    fewest : int
        The smallest group that may be shown.

    Examples
    --------
    >>> print(isolated([0, 1, 4, 5], fewest=5))
    [False  True  True False]
    """
    (found,) = counts(people=people)
    return (found > 0) & (found < fewest)


def hidden_among(people: ArrayLike, *, fewest: int) -> Booleans:
    """Which groups to leave out where a total and its groups stand on one page.

    Parameters
    ----------
    people : array_like
        Customers per group.
    fewest : int
        The smallest group that may be shown.

    Notes
    -----
    The groups that are too small, and then the next smallest until those left out hold at least `fewest`
    together, so that the total less what is shown gives nobody away. For one page only: another page
    may leave out other groups. What is asked again and again needs `lines_of_isolated`.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, chapter 4.

    Examples
    --------
    >>> print(hidden_among([40, 3, 9, 12], fewest=5))
    [False  True  True False]
    """
    (found,) = counts(people=people)
    hidden = isolated(found, fewest=fewest)
    for place in np.argsort(found, kind="stable"):
        if not isolated(found[hidden].sum(), fewest=fewest):
            break
        hidden[place] |= found[place] > 0
    return hidden


def lines_of_isolated(
    lines: Sequence[Hashable], people: ArrayLike, *, fewest: int
) -> set[Hashable]:
    """The lines that may not be shown: those on which a group would give somebody away.

    Parameters
    ----------
    lines : sequence of hashable
        For each group the line that it lies on: everything that is said of it but one condition. The
        groups of a line together are what remains when that condition is dropped.
    people : array_like
        Customers per group.
    fewest : int
        The smallest group that may be shown.

    Notes
    -----
    Let A and B be two shown sets of groups of one line, A within B. B less A is a union of groups of that
    line, each with nobody or with at least `fewest` customers, so it has nobody or at least `fewest`. Too
    careful where all groups but one are large and nobody asks for the total; says nothing about sums
    and differences of more than two figures on several lines.

    References
    ----------
    Complementary suppression: Hundepool et al. (2012), Statistical Disclosure Control, chapter 4. There
    the fewest further cells are sought; here all of a line go, so that the answer does not depend on
    what else was asked.

    Examples
    --------
    >>> lines_of_isolated(["north", "north", "south"], [80, 3, 40], fewest=5)
    {'north'}
    """
    few = isolated(people, fewest=fewest)
    return {line for line, hurt in zip(lines, few, strict=True) if hurt}
