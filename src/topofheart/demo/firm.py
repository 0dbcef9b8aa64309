"""The invented firm: its months, its growth and its chances. Its facts are in `story.toml`.

Tureluur makes electric bicycles, sells them on the web and keeps 24 workshops in Dutch cities.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


def load(name: str) -> dict[str, Any]:
    """One of the data files beside this module."""
    return tomllib.loads(files("topofheart.demo").joinpath(f"{name}.toml").read_text("utf-8"))


def month_of(days: ArrayLike) -> Any:
    """The number of the month, 0 for the first month of the story."""
    return (np.asarray(days, "M8[M]") - MONTH_STARTS[0].astype("M8[M]")).astype(np.int64)


STORY = load("story")
MONTHS = 36
MONTH_STARTS: Array = np.arange("2023-11", "2026-12", dtype="M8[M]").astype("M8[D]")
MONTH_NAMES = tuple(str(day)[:7] for day in MONTH_STARTS[:MONTHS])
FIRST_DAY, LAST_DAY = np.array([STORY["first_day"], STORY["last_day"]], "M8[D]")
GROWTH_MONTH, CHATBOT_MONTH, MANDATE_MONTH = (
    int(month_of(STORY[day])) for day in ("growth_from", "chatbot_on", "mandate_on")
)
UNITS, SEGMENTS, TOUCHPOINTS = (STORY["words"][one] for one in ("unit", "segment", "touchpoint"))
UNIT_SHARES = np.linspace(1.6, 0.4, len(UNITS)) / len(UNITS)
HOME = UNITS.index(STORY["mandate_unit"])


def ramp() -> Array:
    """How far the growth has come in each month: 0 before it began, 1 in the last month."""
    return np.clip((np.arange(MONTHS) - GROWTH_MONTH + 1) / (MONTHS - GROWTH_MONTH), 0.0, 1.0)


def sales_level() -> Array:
    """Sales of each month, relative to an average month before the growth."""
    season = np.array(STORY["season"])[(np.arange(MONTHS) + 10) % 12]
    return np.asarray((1 + STORY["sales_growth"] * ramp()) * season)


def stream(seed: int, name: str) -> Generator:
    """The random stream of one subject: adding a subject never changes another."""
    return Generator(PCG64(SeedSequence([seed, *name.encode()])))


def choose(draw: Generator, shares: Any, n: int) -> Array:
    """Positions in a list of shares."""
    return draw.choice(np.size(shares), n, p=shares)


def pick(draw: Generator, shares: ArrayLike, *rows: Array) -> Array:
    """Positions by the shares in the given rows of a table."""
    edges = np.cumsum(shares, axis=-1)[..., :-1][rows]
    return np.asarray((draw.random(len(edges))[:, None] > edges).sum(axis=1))


def days_within(draw: Generator, months: Array) -> Array:
    """A random day in each of the given months."""
    length = np.diff(MONTH_STARTS).astype(np.int64)[months]
    return np.asarray(MONTH_STARTS[months] + (draw.random(len(months)) * length).astype(np.int64))


def instants(draw: Generator, days: Array, start: int = 8, end: int = 22) -> Array:
    """Moments between two hours in Amsterdam on the given days, in UTC, winter and summer."""
    seconds = draw.integers((start - 1) * 3600, (end - 2) * 3600, len(days))
    return np.asarray(days.astype("M8[us]") + seconds.astype("m8[s]"))
