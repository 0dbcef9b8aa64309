"""The latent model: how likely each customer is to give each score, and to answer at all.

An ordered logistic model. The position of a customer is the sum of a lasting temper, the
segment, the unit, the touchpoint and what happened by that month; all are known, so every true
score is a sum of probabilities and never an estimate.
"""

from __future__ import annotations

import numpy as np

from topofheart.demo import firm
from topofheart.demo.firm import CHATBOT_MONTH, MANDATE_MONTH, MONTHS, STORY, Array
from topofheart.demo.people import TEMPERS

MODEL: dict[str, Array] = {name: np.array(value) for name, value in STORY["opinions"].items()}
SCORES = np.arange(11)
SIGN = np.where(SCORES >= 9, 1, np.where(SCORES <= 6, -1, 0))
DRIVERS = [name for name in STORY["ratings"] if name.startswith("r_")]


def chances(seed: int) -> Array:
    """Chances of each score by (segment, unit, touchpoint, month, temper, score)."""
    months, units = np.arange(MONTHS), np.arange(len(firm.UNITS))
    unit = firm.stream(seed, "units").normal(0, 0.25, len(units))
    unit[firm.HOME] = MODEL["unit_effect"]
    repair = np.array(firm.TOUCHPOINTS) == "repair"
    chatbot = np.outer(MODEL["chatbot_effect"], months >= CHATBOT_MONTH)
    mandate = MODEL["mandate_effect"] * np.outer(units == firm.HOME, months >= MANDATE_MONTH)
    waiting = MODEL["waiting_effect"] * np.outer(repair, firm.ramp())
    segment_place = (MODEL["segment_effect"][:, None] + chatbot)[:, None, None]
    unit_place = (unit[:, None] + mandate)[:, None]
    place = segment_place + unit_place + MODEL["touchpoint_effect"][:, None] + waiting
    return score_chances(place[..., None] + TEMPERS)


def score_chances(place: Array) -> Array:
    """Chances of each score, along a new last axis, for customers at these positions."""
    below = np.cumsum(MODEL["first_shares"])[:-1]
    return _between(np.log(below / (1 - below)) - place[..., None] / MODEL["spread"])


def rating_chances(name: str) -> Array:
    """Chances of each rating by (score, rating)."""
    level, slope, spread, low, high, _ = STORY["ratings"][name]
    location = level + slope * (SCORES - 7.5)
    return _between((np.arange(low, high) + 0.5 - location[:, None]) / spread)


def _between(edges: Array) -> Array:
    return np.diff(1 / (1 + np.exp(-edges)), prepend=0.0, append=1.0, axis=-1)


def answer_chances() -> Array:
    """How likely an ordinarily talkative customer is to answer, by (segment, touchpoint, score)."""
    by_place = MODEL["segment_rate"][:, None] * MODEL["touchpoint_rate"]
    return np.asarray(by_place[..., None] * MODEL["propensity"])
