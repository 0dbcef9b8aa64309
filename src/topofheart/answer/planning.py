"""What a planned number means: how many answers to ask for, or what so many can show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.kernel.estimate import Estimate
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer

PLANNED_SIZES: tuple[str, ...] = ("margin", "difference")


def sentence(answer: Answer, say: Words) -> str:
    return _planned(answer[0].estimate, answer.question, say)


def _planned(estimate: Estimate, asked: dict[str, Any], say: Words) -> str:
    """What a planned number means, in a sentence."""
    points: dict[str, str] = {
        name: say.number(100 * asked[name], decimals=1) for name in PLANNED_SIZES if name in asked
    }
    value = estimate.value or 0.0
    if asked["planned"] == "detectable":
        points["change"] = say.number(100 * value, decimals=1)
    return say(
        f"planned.{asked['planned']}",
        answers=say.number(value),
        n=say.number(estimate.n),
        level=say.number(100 * asked["level"]),
        power=say.number(100 * asked["power"]),
        **points,
    )
