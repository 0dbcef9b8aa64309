"""The true share behind what a classifier says, which errs both ways: where its errors here are known, and where not."""

import numpy as np
from numpy.typing import ArrayLike

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats, counts
from topofheart.stats.normal import critical_value

ROUNDING = 1e-9
LEAST_INFORMATION = 0.3  # sensitivity + specificity − 1 below which a classifier tells too little


def corrected_share(
    said: ArrayLike,
    n: ArrayLike,
    hits: ArrayLike,
    yes: ArrayLike,
    rejections: ArrayLike,
    no: ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """The share that truly has a label, when `said` of n texts were given it, with its interval.

    Parameters
    ----------
    said, n : array_like
        Texts given the label, and all texts; any shapes that broadcast.
    hits, yes : array_like
        Where the classifier was tried: how many of the `yes` texts with the label it found.
    rejections, no : array_like
        And of how many of the `no` texts without the label it said so.

    Returns
    -------
    value, low, high : arrays of shares 0 to 1; nan where n, yes or no is 0, or where sensitivity +
        specificity − 1 is under 0.3, so that the classifier hardly tells anything, or where more is
        said than there could be (p above the sensitivity): it errs otherwise here than where it was tried.

    Notes
    -----
    ``pi = (p + specificity - 1) / (sensitivity + specificity - 1)`` clipped to [0, 1]. The variance
    adds those of the three shares by the delta method: ``[p(1-p)/n + pi^2 var(se) + (1-pi)^2
    var(sp)] / (se + sp - 1)^2``, each share moved half a count towards a half so that none is
    certain. Assumes that the classifier errs here as often as where it was tried.

    References
    ----------
    Rogan and Gladen (1978), American Journal of Epidemiology 107, 71-76, eq. 3 and 5.

    Examples
    --------
    >>> value, low, high = corrected_share(300, 1000, 80, 100, 180, 200)
    >>> print(value.round(4), low.round(3), high.round(3))
    0.2857 0.219 0.353
    """
    found, size, right, all_yes, denied, all_no = _parts_of_wholes(
        said=said, n=n, hits=hits, yes=yes, rejections=rejections, no=no
    )
    z = critical_value(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, sensitivity, specificity = found / size, right / all_yes, denied / all_no
        information = sensitivity + specificity - 1
        plain = (p + specificity - 1) / information
        usable = (size > 0) & (information >= LEAST_INFORMATION) & (plain <= 1 + ROUNDING)
        value = np.clip(plain, 0, 1)
        spread = _variance(found, size)
        spread = spread + value**2 * _variance(right, all_yes)
        spread = spread + (1 - value) ** 2 * _variance(denied, all_no)
        half = z * np.sqrt(spread) / information
        value, half = np.where(usable, value, np.nan), np.where(usable, half, np.nan)
    return value, np.clip(value - half, 0, 1), np.clip(value + half, 0, 1)


def checked_share(
    said: ArrayLike,
    n: ArrayLike,
    hits: ArrayLike,
    yes: ArrayLike,
    rejections: ArrayLike,
    no: ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """The share that truly has a label, when a random part of these very texts was judged (double sampling).

    Parameters
    ----------
    said, n, hits, yes, rejections, no : array_like
        As in `corrected_share`; the `yes` and `no` texts are drawn by chance from the n.

    Returns
    -------
    value, low, high : arrays of shares 0 to 1; nan where n, or yes and no together, is 0.

    Notes
    -----
    ``q v + (1 - q) w`` with q the share said, v and w the shares of the judged texts that have the label
    among those said and those not said to have it. The variance is ``q² var(v) + (1-q)² var(w) + (v-w)²
    var(q)``, each share moved half a count towards a half. As the texts judged tell how frequent the label is,
    which `corrected_share` does not use, the interval is about half as long, and never longer than that of
    those texts alone by much. Not for another collection of texts, nor for a part of them: there v and
    w are others.

    References
    ----------
    Tenenbein (1970), Journal of the American Statistical Association 65, 1350-1361.

    Examples
    --------
    >>> value, low, high = checked_share(300, 1000, 40, 50, 135, 150)
    >>> print(value.round(4), low.round(3), high.round(3))
    0.2665 0.217 0.316
    """
    found, size, right, all_yes, denied, all_no = _parts_of_wholes(
        said=said, n=n, hits=hits, yes=yes, rejections=rejections, no=no
    )
    z = critical_value(level)
    missed, invented = all_yes - right, all_no - denied
    with np.errstate(invalid="ignore", divide="ignore"):
        q = found / size
        v, w = (_share_or_half(*pair) for pair in ((right, invented), (missed, denied)))
        value = q * v + (1 - q) * w
        spread = q**2 * _variance(right, right + invented)
        spread = spread + (1 - q) ** 2 * _variance(missed, missed + denied)
        half = z * np.sqrt(spread + (v - w) ** 2 * _variance(found, size))
        judged = all_yes + all_no > 0
        value, half = np.where(judged, value, np.nan), np.where(judged, half, np.nan)
    return value, np.clip(value - half, 0, 1), np.clip(value + half, 0, 1)


def _share_or_half(part: Floats, rest: Floats) -> Floats:
    """Where nothing was judged of either, nobody knows."""
    return np.where(part + rest > 0, part / np.maximum(part + rest, 1), 0.5)


def counted_share(
    said: ArrayLike, n: ArrayLike, *, error: float, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """The plain share of `said` among n texts, with an interval that holds how far such counts are off elsewhere.

    Parameters
    ----------
    said, n : array_like
        Texts given the label, and all texts; any shapes that broadcast.
    error : float
        How far counts of this classifier were from the truth on sources that it never learned from:
        the root mean square of the differences of the logits.

    Returns
    -------
    value, low, high : arrays of shares 0 to 1; nan where n is 0.

    Notes
    -----
    ``logit(p) ± z sqrt(1 / ((n+1) p (1-p)) + error²)`` with ``p = (said + 1/2) / (n + 1)``, taken back to
    shares and stretched to the plain share. Assumes that errors on the logit scale are about normal
    around 0 and that this source is one like those. Not for comparing two shares of one source: their
    error is mostly the same, and this interval holds it twice.

    References
    ----------
    Gart and Zweifel (1967), Biometrika 54, 181-187, for the logit and its variance; the error of a
    source is added to it as between studies in a random-effects prediction: Higgins, Thompson and
    Spiegelhalter (2009), JRSS A 172, 137-159.

    Examples
    --------
    >>> value, low, high = counted_share(300, 1000, error=0.5)
    >>> print(value, low.round(3), high.round(3))
    0.3 0.138 0.536
    """
    found, size = _parts_of_wholes(said=said, n=n)
    if not error >= 0:
        raise InvalidInput(f"The error {error} is no root mean square.", code="bad_error")
    z = critical_value(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = found / size
        p = (found + 0.5) / (size + 1)
        half = z * np.sqrt(1 / ((size + 1) * p * (1 - p)) + error**2)
        logit = np.log(p / (1 - p))
        low, high = (1 / (1 + np.exp(-(logit + side * half))) for side in (-1, 1))
    return value, np.minimum(low, value), np.maximum(high, value)


def _parts_of_wholes(**named: ArrayLike) -> tuple[Floats, ...]:
    """Counts in pairs, a part and its whole; raises InvalidInput where a part is larger."""
    found = counts(**named)
    if any((part > whole).any() for part, whole in zip(found[::2], found[1::2], strict=True)):
        raise InvalidInput("A part is larger than its whole.", code="bad_counts")
    return tuple(found)


def _variance(successes: Floats, n: Floats) -> Floats:
    smoothed = (successes + 0.5) / (n + 1)
    return np.asarray(smoothed * (1 - smoothed) / np.maximum(n, 1))
