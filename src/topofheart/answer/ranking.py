"""How a ranking is said: beside each score the chance of being among the best, or among the worst."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.answer.columns import Column, drawings, estimates, groups
from topofheart.answer.wording import estimate_text, value_text
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row

SURELY, HARDLY = 0.995, 0.005
SMALLEST = 0.001


def columns(answer: Answer, say: Words) -> list[Column]:
    return [
        *groups(answer, say),
        *estimates(answer, say, say("column.shrunken")),
        *drawings(answer),
        Column(say("column.raw"), lambda row: _raw(row, say), number=True),
        *_chances(answer, say),
    ]


def _chances(answer: Answer, say: Words) -> list[Column]:
    if not any(row.more.get("top") is not None for row in answer):
        return []
    sizes = {family["k"] for family in answer.question["rank"]}
    k = next(iter(sizes)) if len(sizes) == 1 else "k"
    return [
        Column(
            say(f"column.{end}", k=k),
            lambda row, end=end: _chance(row.more.get(end), say),  # type: ignore[misc]
            number=True,
        )
        for end in ("top", "bottom")
    ]


def notes(answer: Answer, say: Words) -> list[str]:
    """What all units have in common, and how far they truly spread."""
    families = [family for family in answer.question["rank"] if family["mean"] is not None]
    unit = answer.rows[0].estimate.unit
    return [_lead(family, families) + _together(family, unit, say) for family in families]


def _lead(family: dict[str, Any], families: list[dict[str, Any]]) -> str:
    """Of which kind or scale, when there are several."""
    names = [str(family[name]) for name in ("kind", "scale") if name in family]
    return f"{', '.join(names)}: " if names and len(families) > 1 else ""


def _together(family: dict[str, Any], unit: str, say: Words) -> str:
    spread = value_text(family["spread"], f"difference of {unit}", say).lstrip("+")
    return say(
        "rank.spread" if family["spread"] else "rank.no_spread",
        units=say.number(family["units"]),
        mean=value_text(family["mean"], unit, say),
        spread=spread,
        p=_p_value(family["p"], say),
    )


def _p_value(p: float, say: Words) -> str:
    return (
        f"p = {say.number(p, decimals=3)}"
        if p >= SMALLEST
        else f"p < {say.number(SMALLEST, decimals=3)}"
    )


def _raw(row: Row, say: Words) -> str:
    return estimate_text(row.more["raw"], say) if "raw" in row.more else ""


def _chance(chance: float | None, say: Words) -> str:
    if chance is None:
        return ""
    if chance >= SURELY:
        return f"> {say.number(99)} %"
    return f"{say.number(100 * chance)} %" if chance >= HARDLY else f"< {say.number(1)} %"
