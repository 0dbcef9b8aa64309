"""The workshops: who works there, what is brought in, and how waiting grows when neither fits.

Jobs follow the bicycles in use, capacity follows the staff; what is not done waits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from topofheart.demo import firm
from topofheart.demo.columns import Rows, arrange, counted, only
from topofheart.demo.firm import LAST_DAY, MONTHS, STORY, UNITS, Array
from topofheart.demo.people import People

FACTS = STORY["workshops"]


def workshops(seed: int, people: People) -> dict[str, Any]:
    """Jobs, the first free appointment, and the people at work."""
    draw = firm.stream(seed, "workshops")
    visits = people.visits(draw, FACTS["jobs_per_customer"], 1 + 0.35 * firm.ramp())
    wait = _waiting(counted(visits.month, visits.unit, shape=(MONTHS, len(UNITS))))
    return {
        "jobs": _jobs(draw, visits, wait[visits.month, visits.unit]),
        "availability": _availability(draw, wait),
        "workforce": _workforce(draw),
    }


def _waiting(jobs: Array) -> Array:
    """Days of waiting by (month, unit), where each unit gets its usual share of the jobs."""
    need = np.outer(jobs.sum(axis=1), jobs.sum(axis=0)) / jobs.sum()
    busiest = need[: firm.GROWTH_MONTH].max(axis=0)
    able = np.outer(1 + STORY["staff_growth"] * firm.ramp(), busiest * (1 + FACTS["spare"]))
    able[firm.MANDATE_MONTH :, firm.HOME] *= FACTS["mandate_capacity"]
    backlog, wait = np.zeros(len(UNITS)), np.empty_like(able)
    for month in range(MONTHS):
        backlog = np.maximum(0.0, backlog + need[month] - able[month])
        wait[month] = 3.0 + 30.0 * backlog / able[month]
    return wait


def _jobs(draw: Any, visits: Rows, wait: Array) -> Any:
    n, day, lease = len(wait), visits.day, visits.segment == 2
    kind = firm.choose(draw, FACTS["kind"], n)
    parts = np.where(draw.random(n) < 0.22, draw.geometric(1 / 9, n), 0)
    queue = np.rint(draw.gamma(2.5, wait / 2.5) * np.where(lease, 0.5, 1.0))
    begun = day + np.maximum(queue, parts).astype(int)
    done = begun + draw.integers(0, 3, n)
    cause = np.where(parts > queue, 1, np.where(draw.random(n) < 0.05, 2, 0))
    return arrange(
        "jobs", visits, product=draw.integers(0, 5, n), kind=kind,
        priority=np.where(lease, 0, np.where(kind == 2, 1, 2)),
        promised_on=day + np.rint(3 + 0.6 * wait).astype(int),
        opened_at=firm.instants(draw, day, 8, 16),
        started_at=only(firm.instants(draw, begun, 16, 19), begun <= LAST_DAY),
        closed_at=only(firm.instants(draw, done, 19, 22), done <= LAST_DAY),
        waiting_for=np.where(begun > day + 1, cause, -1),
        parts_days=only(parts, parts > 0),
        hours=only(np.round(draw.gamma(2.2, 0.6, n) + 0.2, 1), done <= LAST_DAY),
    )  # fmt: skip


def _availability(draw: Any, wait: Array) -> Any:
    mondays = np.arange("2023-11-06", "2026-11-01", 7, dtype="M8[D]")
    week, unit = np.indices((len(mondays), len(UNITS))).reshape(2, -1)
    days = wait[firm.month_of(mondays[week]), unit] * draw.normal(1, 0.1, len(week))
    seen = mondays[week]
    free = seen + np.maximum(1, np.rint(days)).astype(int)
    return arrange("availability", kind="workshop", unit=unit, observed_on=seen, first_free_on=free)


def _workforce(draw: Any) -> Any:
    start, pay, growth = (np.array(FACTS[one]) for one in ("fte", "pay", "growth"))
    month, role, unit = np.indices((MONTHS, len(start), len(UNITS))).reshape(3, -1)
    ramp = firm.ramp()[month]
    fte = start[role] * firm.UNIT_SHARES[unit] * len(UNITS) * (1 + growth[role] * ramp)
    return arrange(
        "workforce", month=firm.MONTH_STARTS[month], role=role, unit=unit, fte=np.round(fte, 2),
        productive_hours=np.round(fte * 118 * draw.normal(1, 0.03, len(fte)), 1),
        hires=draw.poisson(0.05 + 0.12 * ramp * (growth[role] > 0)),
        cost=1.3 * fte * pay[role],
    )  # fmt: skip
