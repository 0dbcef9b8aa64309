"""The steps of a customer's journey: which one a name belongs to, and which name comes before which."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


def step_of(name: str) -> str | None:
    """The common step that a touchpoint or a contact reason names; None when it names none."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    for step, beginnings in common_steps().items():
        if any(word.startswith(beginnings) for word in words):
            return step
    return None


def placed(reasons: Iterable[str], touchpoints: Iterable[str]) -> dict[str, str]:
    """The touchpoint of each contact reason: of the same name, or the only one of the same step.

    A reason of a step without a touchpoint gets the name of that step; one of no step is left out.
    """
    touchpoints = list(touchpoints)
    same = {one.casefold(): one for one in touchpoints}
    of_step: dict[str | None, list[str]] = {}
    for one in touchpoints:
        of_step.setdefault(step_of(one), []).append(one)
    found: dict[str, str] = {}
    for reason in reasons:
        step = step_of(reason)
        if reason.casefold() in same:
            found[reason] = same[reason.casefold()]
        elif step is not None:
            named = of_step.get(step, [])
            found[reason] = named[0] if len(named) == 1 else step
    return found


@cache
def common_steps() -> dict[str, tuple[str, ...]]:
    text = (files("topofheart") / "measure" / "steps.toml").read_text(encoding="utf-8")
    return {step: tuple(words) for step, words in tomllib.loads(text)["steps"].items()}
