"""The customers: who they are, when they came and left, and how they are disposed.

`temper` is a customer's lasting disposition, one of seven classes. Those of a low class leave
sooner, so the mix of classes shifts with time; `disposition` gives that mix exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from topofheart.demo import firm
from topofheart.demo.columns import Rows, arrange, only
from topofheart.demo.firm import CHATBOT_MONTH, MONTHS, STORY, Array

FACTS = STORY["people"]
TEMPERS, TEMPER_SHARES = np.array(FACTS["temper"]), np.array(FACTS["temper_share"])
LANGUAGES, VOICES = STORY["words"]["language"], list(STORY["voices"])


class People(Rows):
    """Customers as arrays; `came` is 0 for those of before the story, else month + 1."""

    def present(self, month: int) -> Array:
        """Positions of the customers who were there before this month and stay through it."""
        return np.flatnonzero((self.came <= month) & (self.left > month))

    def visits(self, draw: Any, per_customer: float, level: Array) -> Rows:
        """Customers chosen at random among those present, and a day for each, in order of time."""
        present = [self.present(month) for month in range(MONTHS)]
        weight = level * [len(one) for one in present]
        sizes = np.rint(per_customer * len(self.unit) * weight / weight.sum()).astype(int)
        chosen = [one[draw.integers(0, len(one), n)] for one, n in zip(present, sizes, strict=True)]
        who, month = np.concatenate(chosen), np.repeat(np.arange(MONTHS), sizes)
        return self.at(who).having(month=month, day=np.sort(firm.days_within(draw, month)))


def survival() -> Array:
    """Share of each class that is still there before the story and after each of its months."""
    rise = np.where(np.arange(MONTHS) >= CHATBOT_MONTH, FACTS["leaving_with_chatbot"], 1.0)
    staying = np.cumprod(1 - np.array(FACTS["leaving"]) * rise[:, None], axis=0)
    return np.vstack([np.ones(len(TEMPERS)), staying])


def disposition() -> Array:
    """The mix of classes among those present, by (came, month, class)."""
    staying = survival()
    entry = np.vstack([staying[0], staying[:-1]])
    mix = TEMPER_SHARES * staying[None, 1:] / entry[:, None]
    return np.asarray(mix / mix.sum(axis=2, keepdims=True))


def gather(seed: int, n: int) -> People:
    """Draw the customers."""
    draw, level = firm.stream(seed, "people"), firm.sales_level()
    came = np.sort(firm.choose(draw, [FACTS["old"], *(1 - FACTS["old"]) * level / level.sum()], n))
    temper = firm.choose(draw, TEMPER_SHARES, n)
    left = _months_left(draw.random(n), came, temper)
    before = firm.FIRST_DAY - (draw.beta(1, 2.2, n) * 3600 + 1).astype(int)
    language = (draw.random(n) < FACTS["english"]).astype(int)
    voice = firm.choose(draw, [one["share"] for one in STORY["voices"].values()], n)
    foreign = (language == 1) & ((voice == VOICES.index("flemish")) | (draw.random(n) < 0.2))
    return People(
        customer_id=np.arange(n), came=came, left=left, temper=temper, language=language,
        customer_since=np.where(came == 0, before, firm.days_within(draw, np.maximum(came - 1, 0))),
        segment=firm.choose(draw, FACTS["segment"], n),
        unit=firm.choose(draw, firm.UNIT_SHARES, n),
        talk=draw.choice(FACTS["talk"], n, p=FACTS["talk_share"]),
        voice=np.where(foreign, VOICES.index("second"), voice),
    )  # fmt: skip


def _months_left(chance: Array, came: Array, temper: Array) -> Array:
    staying = survival()
    target = chance * staying[np.maximum(came - 1, 0), temper]
    left = [np.searchsorted(-one[1:], -target, side="right") for one in staying.T]
    return np.asarray(np.choose(temper, left))


def customers(seed: int, people: People) -> Any:
    """The table of customers."""
    draw, n, gone = firm.stream(seed, "customers"), len(people.unit), people.left < MONTHS
    until = firm.days_within(draw, np.minimum(people.left, MONTHS - 1))
    fed_up = (people.left >= CHATBOT_MONTH) & (draw.random(n) < 0.4)
    left_reason, joined_reason = draw.integers(0, np.where(fed_up, 2, 8)), draw.integers(0, 7, n)
    households = np.where(people.segment == 0, n // 2, n // 30 + 1)
    return arrange(
        "customers", people,
        customer_until=only(np.maximum(until, people.customer_since), gone),
        left_reason=np.where(gone & (draw.random(n) < 0.8), left_reason, -1),
        joined_reason=np.where(draw.random(n) < 0.35, joined_reason, -1),
        region=people.unit, account_id=people.segment * n + draw.integers(0, households),
    )  # fmt: skip
