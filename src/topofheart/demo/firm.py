"""The invented firm: its places, its months, the dates on which things happened, its calendar.

Tureluur makes electric bicycles, sells them on the web and keeps 24 workshops in Dutch cities.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

NAME = "Tureluur"
FIRST_DAY, LAST_DAY = date(2023, 11, 1), date(2026, 10, 31)
MONTHS = 36
GROWTH_FROM, GROWTH_MONTH = date(2025, 5, 1), 18
CHATBOT_ON, CHATBOT_MONTH = date(2025, 10, 1), 23
MANDATE_ON, MANDATE_MONTH, MANDATE_UNIT = date(2025, 3, 1), 16, "Zwolle"
SALES_GROWTH, STAFF_GROWTH = 0.70, 0.30

PLACES = {
    "Amsterdam": "Noord-Holland", "Haarlem": "Noord-Holland", "Alkmaar": "Noord-Holland",
    "Rotterdam": "Zuid-Holland", "Den Haag": "Zuid-Holland", "Leiden": "Zuid-Holland",
    "Utrecht": "Utrecht", "Amersfoort": "Utrecht", "Almere": "Flevoland",
    "Zwolle": "Overijssel", "Deventer": "Overijssel", "Enschede": "Overijssel",
    "Apeldoorn": "Gelderland", "Arnhem": "Gelderland", "Nijmegen": "Gelderland",
    "Eindhoven": "Noord-Brabant", "Tilburg": "Noord-Brabant", "Breda": "Noord-Brabant",
    "Den Bosch": "Noord-Brabant", "Maastricht": "Limburg", "Groningen": "Groningen",
    "Assen": "Drenthe", "Leeuwarden": "Fryslân", "Middelburg": "Zeeland",
}  # fmt: skip
UNITS = tuple(PLACES)
UNIT_SHARES = np.linspace(1.6, 0.4, len(UNITS)) / len(UNITS)
SEGMENTS = ("consumer", "business", "lease")
SEGMENT_SHARES = np.array([0.70, 0.20, 0.10])
TOUCHPOINTS = ("relationship", "order", "delivery", "repair", "exchange", "invoice")
BIKES = ("Stad", "Toer", "Bak", "Vouw", "Snel")
BIKE_PRICES = (2199, 2799, 4999, 1899, 3499)

_SEASON = np.array([0.75, 0.8, 1.15, 1.35, 1.4, 1.3, 1.15, 1.05, 1.0, 0.85, 0.6, 0.6])
_SUMMER_TIME = tuple(
    (np.datetime64(start), np.datetime64(end))
    for start, end in (
        ("2024-03-31", "2024-10-27"), ("2025-03-30", "2025-10-26"), ("2026-03-29", "2026-10-25"),
    )
)  # fmt: skip

Array = NDArray[Any]
MONTH_STARTS: Array = np.arange("2023-11", "2026-12", dtype="datetime64[M]").astype("datetime64[D]")
MONTH_NAMES = tuple(str(day)[:7] for day in MONTH_STARTS[:MONTHS])
DAYS_IN_MONTH: Array = np.diff(MONTH_STARTS).astype(np.int64)


def stream(seed: int, name: str) -> Generator:
    """The random stream of one subject: adding a subject never changes another."""
    return Generator(PCG64(SeedSequence([seed, *name.encode()])))


def ramp() -> Array:
    """How far the growth has come in each month: 0 before it began, 1 in the last month."""
    return np.clip((np.arange(MONTHS) - GROWTH_MONTH + 1) / (MONTHS - GROWTH_MONTH), 0.0, 1.0)


def sales_level() -> Array:
    """Sales of each month, relative to an average month before the growth."""
    calendar = (np.arange(MONTHS) + 10) % 12
    return np.asarray((1 + SALES_GROWTH * ramp()) * _SEASON[calendar])


def days_within(draw: Generator, months: Array) -> Array:
    """A random day in each of the given months."""
    offset = (draw.random(len(months)) * DAYS_IN_MONTH[months]).astype(np.int64)
    return MONTH_STARTS[months] + offset


def instants(draw: Generator, days: Array, start: int = 8, end: int = 22) -> Array:
    """Waking hours in Amsterdam on the given days, as UTC microseconds."""
    seconds = start * 3600 + draw.integers(0, (end - start) * 3600, len(days))
    offset = np.full(len(days), 3600)
    for begin, finish in _SUMMER_TIME:
        offset[(days >= begin) & (days < finish)] = 7200
    moments: Array = days.astype("datetime64[us]") + (seconds - offset).astype("timedelta64[s]")
    return moments


def month_of(days: Array) -> Array:
    """The number of the month, 0 for the first month of the story."""
    months = days.astype("datetime64[M]").astype(np.int64)
    return months - int(MONTH_STARTS[0].astype("datetime64[M]").astype(np.int64))
