"""The customers: who they are, when they came and left, and how they are disposed.

`temper` is a customer's lasting disposition, one of seven classes. Those of a low class leave
sooner, so the mix of classes shifts with time; `disposition` gives that mix exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from topofheart.demo import firm
from topofheart.demo.columns import arrange, named, numbered, only
from topofheart.demo.firm import CHATBOT_MONTH, MONTHS, Array

TEMPERS = np.array([-2.7, -1.8, -0.9, 0.0, 0.9, 1.8, 2.7])
TEMPER_SHARES = np.array([0.04, 0.10, 0.21, 0.30, 0.21, 0.10, 0.04])
LEAVING = np.array([0.020, 0.013, 0.009, 0.006, 0.0045, 0.0035, 0.0030])
TALK = np.array([0.5, 1.0, 1.9])
TALK_SHARES = np.array([0.45, 0.35, 0.20])
VOICES = ("neat", "formal", "casual", "hasty", "loud", "second", "flemish", "terse")
VOICE_SHARES = np.array([0.25, 0.11, 0.20, 0.15, 0.06, 0.08, 0.06, 0.09])
OLD_SHARE = 0.55
LANGUAGES = ("nl", "en")

_LEFT = ("wachttijd werkplaats", "fiets verkocht", "verhuisd", "overgestapt naar een ander merk",
         "niemand te bereiken", "lease afgelopen", "overleden", "fiets gestolen")  # fmt: skip
_JOINED = ("op aanraden van een bekende", "proefrit in de winkel", "actie", "via de werkgever",
           "test in een blad", "oude fiets versleten", "zoekmachine")  # fmt: skip


@dataclass(frozen=True)
class People:
    """Customers as arrays; `came` is 0 for those of before the story, else month + 1."""

    ids: Any
    segment: Array
    unit: Array
    came: Array
    left: Array
    temper: Array
    talk: Array
    voice: Array
    english: Array
    table: Any

    def present(self, month: int) -> Array:
        """Positions of the customers who were there before this month and stay through it."""
        return np.flatnonzero((self.came <= month) & (self.left > month))


def survival() -> Array:
    """Share of each class that is still there after each month, from the first day on."""
    hazard = LEAVING * np.where(np.arange(MONTHS) >= CHATBOT_MONTH, 1.7, 1.0)[:, None]
    return np.cumprod(1 - hazard, axis=0)


def disposition() -> Array:
    """The mix of classes among those present, by (came, month, class)."""
    staying = survival()
    before = np.vstack([np.ones((1, len(TEMPERS))), staying[:-1]])
    entry = np.vstack([np.ones((1, len(TEMPERS))), before])
    mix = TEMPER_SHARES * staying[None, :, :] / entry[:, None, :]
    shares: Array = mix / mix.sum(axis=2, keepdims=True)
    return shares


def gather(seed: int, customers: int) -> People:
    """Draw the customers."""
    draw = firm.stream(seed, "people")
    level = firm.sales_level()
    shares = np.concatenate([[OLD_SHARE], (1 - OLD_SHARE) * level / level.sum()])
    came = np.sort(draw.choice(MONTHS + 1, customers, p=shares))
    temper = draw.choice(len(TEMPERS), customers, p=TEMPER_SHARES)
    segment = draw.choice(3, customers, p=firm.SEGMENT_SHARES)
    unit = draw.choice(len(firm.UNITS), customers, p=firm.UNIT_SHARES)
    left = _months_left(draw.random(customers), came, temper)
    ids = numbered("K", np.arange(1, customers + 1))
    old = np.datetime64(firm.FIRST_DAY) - (draw.beta(1, 2.2, customers) * 3600 + 1).astype(int)
    since = np.where(came == 0, old, firm.days_within(draw, np.maximum(came - 1, 0)))
    until = np.maximum(firm.days_within(draw, np.minimum(left, MONTHS - 1)), since)
    gone = left < MONTHS
    why = np.where(draw.random(customers) < 0.8, draw.integers(0, len(_LEFT), customers), -1)
    why = np.where((left >= CHATBOT_MONTH) & (draw.random(customers) < 0.4), 4 * (why % 2), why)
    told = draw.random(customers) < 0.35
    table = arrange("customers", {
        "customer_id": ids,
        "customer_since": since,
        "customer_until": only(until, gone),
        "left_reason": named(_LEFT, np.maximum(why, 0), where=gone & (why >= 0)),
        "joined_reason": named(_JOINED, draw.integers(0, len(_JOINED), customers), where=told),
        "segment": named(firm.SEGMENTS, segment),
        "region": named(tuple(firm.PLACES.values()), unit),
        "account_id": _accounts(draw, segment),
        "unit": named(firm.UNITS, unit),
    })  # fmt: skip
    talk = draw.choice(TALK, customers, p=TALK_SHARES)
    english = draw.random(customers) < 0.2
    voice = _voices(draw, english)
    return People(ids, segment, unit, came, left, temper, talk, voice, english, table)


def _months_left(chance: Array, came: Array, temper: Array) -> Array:
    staying = np.vstack([np.ones((1, len(TEMPERS))), survival()])
    entry = staying[np.maximum(came - 1, 0), temper]
    left = np.empty(len(came), dtype=np.int64)
    for one in range(len(TEMPERS)):
        rows = temper == one
        left[rows] = np.searchsorted(-staying[1:, one], -chance[rows] * entry[rows], side="right")
    return left


def _accounts(draw: Any, segment: Array) -> Any:
    size = max(1, len(segment) // 30)
    number = np.where(
        segment == 0, np.arange(len(segment)) // 2, draw.integers(0, size, len(segment))
    )
    return numbered("H", np.where(segment == 0, number, number + len(segment)))


def _voices(draw: Any, english: Array) -> Array:
    voice = draw.choice(len(VOICES), len(english), p=VOICE_SHARES)
    voice = np.where(english & (voice == VOICES.index("flemish")), VOICES.index("second"), voice)
    more: Array = np.where(
        english & (draw.random(len(english)) < 0.2), VOICES.index("second"), voice
    )
    return more
