"""The latent model: how likely each customer is to give each score, and to answer at all.

An ordered logistic model. The position of a customer is the sum of a lasting temper, the
segment, the unit, the touchpoint and what happened by that month; all are known, so every true
score is a sum of probabilities and never an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topofheart.demo import firm
from topofheart.demo.firm import CHATBOT_MONTH, MANDATE_MONTH, MONTHS, Array
from topofheart.demo.people import TEMPERS

SCORES = np.arange(11)
SIGN = np.where(SCORES >= 9, 1, np.where(SCORES <= 6, -1, 0))
_TARGET = np.array([1.6, 0.7, 1.3, 1.8, 2.1, 4.5, 7.5, 17.0, 29.5, 18.0, 16.0]) / 100
SPREAD = 1.5
CUTS = SPREAD * np.log(np.cumsum(_TARGET)[:-1] / (1 - np.cumsum(_TARGET)[:-1]))

SEGMENT_EFFECT = np.array([0.0, -0.2, 0.15])
TOUCHPOINT_EFFECT = np.array([0.0, 0.45, 0.05, -0.2, -0.4, -0.3])
CHANGE = np.array([-0.85, -0.60, -0.15])
WAITING_DRIFT = 0.9
MANDATE_EFFECT = 0.9

PROPENSITY = np.array([0.45, 0.43, 0.40, 0.36, 0.30, 0.25, 0.22, 0.22, 0.26, 0.36, 0.44])
TOUCHPOINT_RATE = np.array([1.1, 1.05, 1.0, 1.0, 0.9, 0.8])
SEGMENT_RATE = np.array([1.0, 0.85, 0.75])

DRIVERS = ("r_delivery", "r_staff", "r_value")
DRIVER_SLOPES = np.array([0.45, 0.75, 0.30])
DRIVER_SPREADS = np.array([1.0, 0.75, 1.1])
DRIVER_LEVELS = np.array([7.4, 7.8, 6.8])


@dataclass(frozen=True)
class Opinions:
    """Chances of each score by (segment, unit, touchpoint, month, temper, score)."""

    unit_effect: Array
    chances: Array

    def draw(self, cells: tuple[Array, ...], chance: Array) -> Array:
        """One score for each cell, from uniform numbers."""
        return pick(np.cumsum(self.chances, axis=-1)[cells], chance)


def opinions(seed: int) -> Opinions:
    """The chances, with the unit effects of this seed."""
    effect = firm.stream(seed, "units").normal(0, 0.25, len(firm.UNITS))
    effect[firm.UNITS.index(firm.MANDATE_UNIT)] = 0.1
    months = np.arange(MONTHS)
    changed = (months >= CHATBOT_MONTH).astype(float)
    mandated = np.zeros(len(firm.UNITS))
    mandated[firm.UNITS.index(firm.MANDATE_UNIT)] = MANDATE_EFFECT
    place = (
        SEGMENT_EFFECT[:, None, None, None]
        + CHANGE[:, None, None, None] * changed
        + effect[:, None, None]
        + mandated[:, None, None] * (months >= MANDATE_MONTH)
        + TOUCHPOINT_EFFECT[:, None]
        - WAITING_DRIFT * firm.ramp() * (np.array(firm.TOUCHPOINTS) == "repair")[:, None]
    )
    edges = CUTS - (place[..., None] + TEMPERS)[..., None]
    return Opinions(effect, np.diff(logistic(edges / SPREAD), prepend=0.0, append=1.0, axis=-1))


def logistic(position: Array) -> Array:
    """The logistic distribution function."""
    return np.asarray(1.0 / (1.0 + np.exp(-position)))


def pick(cumulative: Array, chance: Array) -> Array:
    """The index drawn from each row of cumulative chances."""
    return np.asarray((chance[:, None] > cumulative[:, :-1]).sum(axis=1))


def scale(location: Array, low: int, high: int, spread: float) -> Array:
    """Chances of each whole number from low to high around a location, along the last axis."""
    edges = np.arange(low, high) + 0.5
    below = logistic((edges - np.asarray(location)[..., None]) / spread)
    return np.diff(below, prepend=0.0, append=1.0, axis=-1)


def driver_chances() -> Array:
    """Chances of each rating 1–10 by (driver, score)."""
    rows = [
        scale(level + slope * (SCORES - 7.5), 1, 10, spread)
        for level, slope, spread in zip(DRIVER_LEVELS, DRIVER_SLOPES, DRIVER_SPREADS, strict=True)
    ]
    return np.stack(rows)


def answer_chance(segment: Array, touchpoint: Array, score: Array, talk: Array) -> Array:
    """How likely an invited customer is to answer."""
    rate = SEGMENT_RATE[segment] * TOUCHPOINT_RATE[touchpoint]
    return np.asarray(np.minimum(0.99, rate * PROPENSITY[score] * talk))
