"""How values, units and caveats of an answer are said, in either language."""

from __future__ import annotations

from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.language import Words


def words(language: str) -> Words:
    return Words("answer", language)


def value_text(value: float, unit: str, say: Words) -> str:
    """A value as people say it: points for nets, percent for shares, a grade with its decimals."""
    plain, _, per = unit.removeprefix("difference of ").partition(" per ")
    difference = unit.startswith("difference of ") or bool(per)
    decimals = 2 if per else 1
    if plain == "net_share":
        return say.number(value * 100, signed=True, decimals=decimals)
    if plain == "share":
        percent = say.number(value * 100, signed=difference, decimals=decimals)
        return percent if difference else f"{percent} %"
    if plain.startswith("answers"):
        return say.number(value)
    return say.number(value, signed=difference or plain == "scale_points", decimals=3 if per else 2)


def estimate_text(estimate: Estimate, say: Words) -> str:
    """`+23.4`, or the word for why there is no value."""
    if estimate.state is not State.SHOWN or estimate.value is None:
        return say(f"state.{estimate.state}")
    return value_text(estimate.value, estimate.unit, say)


def interval_text(estimate: Estimate, say: Words) -> str:
    """`16.9 … 42.1`; empty when nothing is shown."""
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = (value_text(end, estimate.unit, say) for end in (estimate.low, estimate.high))
    return f"{low.removesuffix(' %')} … {high}"


def span(estimate: Estimate) -> tuple[float, float] | None:
    """The axis on which estimates of this unit are drawn; None for those that fit their own values."""
    if estimate.unit == "net_share":
        return (-1.0, 1.0)
    if estimate.unit == "share":
        return (0.0, 1.0)
    if "-" in estimate.unit and " " not in estimate.unit:
        low, high = estimate.unit.split("-")
        return (float(low), float(high))
    return None
