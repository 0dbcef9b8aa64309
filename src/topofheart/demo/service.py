"""The workshops: who works there, what is brought in, and how waiting grows when neither fits.

Jobs follow the bicycles in use, capacity follows the staff; what is not done waits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from topofheart.demo import firm
from topofheart.demo.columns import arrange, named, numbered, only
from topofheart.demo.firm import MONTHS, UNITS, Array
from topofheart.demo.people import People

JOBS_PER_CUSTOMER = 0.5
KINDS = ("repair", "maintenance", "damage", "battery")
ROLES = {"service": (5.2, 4350), "sales": (4.0, 4200), "customer service": (2.2, 3600)}
SPARE = 0.06


def service(seed: int, people: People) -> dict[str, Any]:
    """Jobs, the first free appointment, and the people at work."""
    jobs, wait = _demand(people)
    return {
        "jobs": _jobs(firm.stream(seed, "jobs"), people, jobs, wait),
        "availability": _availability(firm.stream(seed, "availability"), wait),
        "workforce": _workforce(firm.stream(seed, "workforce")),
    }


def _demand(people: People) -> tuple[Array, Array]:
    """Jobs and days of waiting, by (month, unit)."""
    here = np.zeros((MONTHS, len(UNITS)))
    for month in range(MONTHS):
        here[month] = np.bincount(people.unit[people.present(month)], minlength=len(UNITS))
    need = here * (1 + 0.35 * firm.ramp()[:, None])
    need *= JOBS_PER_CUSTOMER * len(people.unit) / need.sum()
    home = UNITS.index(firm.MANDATE_UNIT)
    able = need[: firm.GROWTH_MONTH].max(axis=0) * (1 + SPARE)
    able = able * (1 + firm.STAFF_GROWTH * firm.ramp()[:, None])
    able[firm.MANDATE_MONTH :, home] *= 1.15
    backlog = np.zeros(len(UNITS))
    wait = np.empty_like(need)
    for month in range(MONTHS):
        backlog = np.maximum(0.0, backlog + need[month] - able[month])
        wait[month] = 3.0 + 30.0 * backlog / able[month]
    return need, wait


def _jobs(draw: Any, people: People, need: Array, wait: Array) -> Any:
    count = np.rint(need).astype(int)
    months, units = (one.ravel() for one in np.indices(need.shape))
    month, unit = np.repeat(months, count.ravel()), np.repeat(units, count.ravel())
    n = len(month)
    who = _customers(draw, people, month, unit)
    days = firm.days_within(draw, month)
    order = np.argsort(days, kind="stable")
    month, unit, who, days = month[order], unit[order], who[order], days[order]
    kind = draw.choice(4, n, p=(0.48, 0.30, 0.10, 0.12))
    lease = people.segment[who] == 2
    parts = draw.random(n) < 0.22
    parts_days = np.where(parts, draw.geometric(1 / 9, n), 0)
    queue = np.rint(draw.gamma(2.5, wait[month, unit] / 2.5) * np.where(lease, 0.5, 1.0))
    begun = days + np.maximum(queue, parts_days).astype(int)
    done = begun + draw.integers(0, 3, n)
    end = np.datetime64(firm.LAST_DAY)
    waiting = np.where(parts_days > queue, 1, np.where(draw.random(n) < 0.05, 2, 0))
    return arrange("jobs", {
        "job_id": numbered("J", np.arange(1, n + 1)),
        "customer_id": people.ids.take(pa.array(who)),
        "product": named([f"Tureluur {bike}" for bike in firm.BIKES], draw.integers(0, 5, n)),
        "kind": named(KINDS, kind),
        "priority": np.where(lease, 0, np.where(kind == 2, 1, 2)),
        "opened_at": firm.instants(draw, days, 8, 18),
        "promised_on": days + np.rint(3 + 0.6 * wait[month, unit]).astype(int),
        "started_at": only(firm.instants(draw, begun, 19, 20), begun <= end),
        "closed_at": only(firm.instants(draw, done, 20, 22), done <= end),
        "waiting_for": named(("capacity", "parts", "customer"), waiting, where=begun > days + 1),
        "parts_days": only(parts_days.astype(float), parts),
        "hours": only(np.round(draw.gamma(2.2, 0.6, n) + 0.2, 1), done <= end),
        "unit": named(UNITS, unit),
    })  # fmt: skip


def _customers(draw: Any, people: People, month: Array, unit: Array) -> Array:
    """A customer of that workshop who is present in that month."""
    who = np.empty(len(month), dtype=np.int64)
    place = month * len(UNITS) + unit
    starts = np.searchsorted(place, np.arange(MONTHS * len(UNITS) + 1))
    for one in range(MONTHS):
        present = people.present(one)
        present = present[np.argsort(people.unit[present], kind="stable")]
        edges = np.searchsorted(people.unit[present], np.arange(len(UNITS) + 1))
        rows = slice(starts[one * len(UNITS)], starts[(one + 1) * len(UNITS)])
        low, high = edges[unit[rows]], edges[unit[rows] + 1]
        who[rows] = present[low + (draw.random(len(low)) * (high - low)).astype(np.int64)]
    return who


def _availability(draw: Any, wait: Array) -> Any:
    mondays = np.arange("2023-11-06", "2026-11-01", 7, dtype="datetime64[D]")
    week, unit = (one.ravel() for one in np.indices((len(mondays), len(UNITS))))
    days = wait[firm.month_of(mondays[week]), unit] * draw.normal(1, 0.1, len(week))
    return arrange("availability", {
        "observed_on": mondays[week],
        "kind": named(("workshop",), np.zeros(len(week), dtype=int)),
        "first_free_on": mondays[week] + np.maximum(1, np.rint(days)).astype(int),
        "unit": named(UNITS, unit),
    })  # fmt: skip


def _workforce(draw: Any) -> Any:
    month, role, unit = (one.ravel() for one in np.indices((MONTHS, len(ROLES), len(UNITS))))
    start, pay = (np.array([row[i] for row in ROLES.values()]) for i in (0, 1))
    growth = np.array([firm.STAFF_GROWTH, 0.55, 0.0])[role] * firm.ramp()[month]
    fte = start[role] * firm.UNIT_SHARES[unit] * len(UNITS) * (1 + growth)
    hires = draw.poisson(0.05 + 0.12 * firm.ramp()[month] * (role < 2))
    return arrange("workforce", {
        "month": firm.MONTH_STARTS[month],
        "role": named(tuple(ROLES), role),
        "fte": np.round(fte, 2),
        "productive_hours": np.round(fte * 118 * draw.normal(1, 0.03, len(fte)), 1),
        "hires": hires,
        "cost": np.round(fte * pay[role] * 1.3, 2),
        "currency": named(("EUR",), np.zeros(len(fte), dtype=int)),
        "unit": named(UNITS, unit),
    })  # fmt: skip
