"""What is true of the demo, computed from its chances: nothing here was drawn and counted.

Net shares lie between −1 and 1. `population` is everybody present; `observed` is what is expected
among those who answer, who are not like everybody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from topofheart.demo import firm, opinions
from topofheart.demo.firm import CHATBOT_MONTH, MONTHS, Array
from topofheart.demo.people import TALK, TALK_SHARES, TEMPER_SHARES, TEMPERS, People, disposition

Numbers = dict[str, float]
KINDS = {"relationship": slice(0, 1), "transaction": slice(1, None)}


@dataclass(frozen=True)
class Truth:
    """The answers to the questions that the package asks of the demo."""

    population_nps: dict[str, Numbers]
    unit_population_nps: Numbers
    observed_nps: dict[str, dict[str, Numbers]]
    unit_observed_nps: dict[str, Numbers]
    touchpoint_observed_nps: dict[str, Numbers]
    change_on: str
    change: dict[str, Numbers]
    response_propensity: Numbers
    talkativeness: list[tuple[float, float]]
    driver_slopes: Numbers
    driver_correlations: dict[str, Numbers]
    driver_weights: Numbers
    customer_correlation: float
    repeat_share: float
    contact_shares: dict[str, Numbers]
    contact_worry: dict[str, Numbers]
    bot: Numbers
    growth: dict[str, float | str]
    mandate: dict[str, float | str]

    def to_json(self) -> str:
        """The truth as JSON text."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)


@dataclass(frozen=True)
class Expected:
    """Expected answers by (segment, unit, touchpoint, month, score)."""

    answers: Array

    def net(self, *axes: int) -> Array:
        """Net share of promoters, summed over the given axes."""
        return net_share(self.answers.sum(axis=axes))


def net_share(scores: Array) -> Array:
    """Promoters minus detractors as a share of all, along the last axis; empty cells are NaN."""
    total = scores.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((scores @ opinions.SIGN) / total)


def expected_answers(model: opinions.Opinions, cells: tuple[Array, ...], came: Array) -> Expected:
    """Expected answers of the invitations sent in the given cells."""
    shape = (3, len(firm.UNITS), len(firm.TOUCHPOINTS), MONTHS, MONTHS + 1)
    flat = np.ravel_multi_index((*cells, came), shape)
    sent = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)
    mixed = np.einsum("sutmj,jmc->sutmc", sent.astype(float), disposition(), optimize=True)
    scores = np.einsum("sutmc,sutmck->sutmk", mixed, model.chances, optimize=True)
    rate = opinions.SEGMENT_RATE[:, None] * opinions.TOUCHPOINT_RATE
    return Expected(scores * rate[:, None, :, None, None] * opinions.PROPENSITY)


def population(model: opinions.Opinions, people: People) -> Array:
    """Expected relationship scores of all present, by (segment, unit, month, score)."""
    shape = (3, len(firm.UNITS), MONTHS + 1)
    counted = np.zeros((*shape[:2], MONTHS, shape[2]))
    for month in range(MONTHS):
        rows = people.present(month)
        flat = np.ravel_multi_index(
            (people.segment[rows], people.unit[rows], people.came[rows]), shape
        )
        counted[:, :, month] = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)
    mixed = np.einsum("sumj,jmc->sumc", counted, disposition(), optimize=True)
    scores = np.einsum("sumc,sumck->sumk", mixed, model.chances[:, :, 0], optimize=True)
    return np.asarray(scores)


def tell(
    model: opinions.Opinions,
    people: People,
    expected: Expected,
    *,
    repeat_share: float,
    contacts: dict[str, dict[str, Numbers]],
    bot: Numbers,
) -> Truth:
    """Everything that is true, from the chances and the cells that were visited."""
    everybody = population(model, people)
    by_segment = net_share(everybody.sum(axis=1))
    answers = expected.answers
    observed = {
        kind: net_share(answers[:, :, part].sum(axis=(1, 2))) for kind, part in KINDS.items()
    }
    units = {
        kind: net_share(answers[:, :, part].sum(axis=(0, 2, 3))) for kind, part in KINDS.items()
    }
    matrix, weights = drivers(answers.sum(axis=(0, 1, 2, 3)))
    names = (*opinions.DRIVERS, "recommend")
    return Truth(
        population_nps=_table(firm.SEGMENTS, by_segment),
        unit_population_nps=_row(firm.UNITS, net_share(everybody.sum(axis=(0, 2)))),
        observed_nps={kind: _table(firm.SEGMENTS, one) for kind, one in observed.items()},
        unit_observed_nps={kind: _row(firm.UNITS, one) for kind, one in units.items()},
        touchpoint_observed_nps=_table(firm.TOUCHPOINTS, expected.net(0, 1)),
        change_on=firm.CHATBOT_ON.isoformat(),
        change=_change(everybody, answers),
        response_propensity=_row([str(one) for one in opinions.SCORES], opinions.PROPENSITY),
        talkativeness=[(float(a), float(b)) for a, b in zip(TALK, TALK_SHARES, strict=True)],
        driver_slopes=_row(opinions.DRIVERS, opinions.DRIVER_SLOPES),
        driver_correlations={one: _row(names, row) for one, row in zip(names, matrix, strict=True)},
        driver_weights=_row(opinions.DRIVERS, weights),
        customer_correlation=customer_correlation(),
        repeat_share=repeat_share,
        contact_shares=contacts["shares"],
        contact_worry=contacts["worry"],
        bot=bot,
        growth={
            "from": firm.GROWTH_FROM.isoformat(),
            "until": firm.LAST_DAY.isoformat(),
            "sales": firm.SALES_GROWTH,
            "service_staff": firm.STAFF_GROWTH,
        },
        mandate={
            "unit": firm.MANDATE_UNIT,
            "since": firm.MANDATE_ON.isoformat(),
            "effect": _mandate_effect(everybody),
        },
    )


def drivers(scores: Array) -> tuple[Array, Array]:
    """Correlations of the ratings and the score, and Johnson's (2000) relative weights."""
    share = scores / scores.sum()
    ratings = opinions.driver_chances() @ np.arange(1, 11)
    squares = opinions.driver_chances() @ np.arange(1, 11) ** 2
    rows = np.vstack([ratings, opinions.SCORES])
    second = (rows * share) @ rows.T
    np.fill_diagonal(second, np.append(squares @ share, (opinions.SCORES**2) @ share))
    means = rows @ share
    covariance = second - np.outer(means, means)
    deviation = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(deviation, deviation)
    values, vectors = np.linalg.eigh(matrix[:-1, :-1])
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    weights = root**2 @ np.linalg.solve(root, matrix[:-1, -1]) ** 2
    return matrix, weights / weights.sum()


def customer_correlation() -> float:
    """Correlation of two net scores of one consumer who answers twice, before the change."""
    edges = opinions.CUTS - TEMPERS[:, None]
    chances = np.diff(opinions.logistic(edges / opinions.SPREAD), prepend=0.0, append=1.0, axis=-1)
    weight = chances * opinions.PROPENSITY
    answering = TEMPER_SHARES * weight.sum(axis=1)
    once = (weight @ opinions.SIGN) / weight.sum(axis=1)
    square = (weight @ opinions.SIGN**2) / weight.sum(axis=1)
    mean = np.average(once, weights=answering)
    between = np.average((once - mean) ** 2, weights=answering)
    return float(between / (np.average(square, weights=answering) - mean**2))


def _change(everybody: Array, answers: Array) -> dict[str, Numbers]:
    before = slice(CHATBOT_MONTH - 6, CHATBOT_MONTH)
    after = slice(CHATBOT_MONTH, CHATBOT_MONTH + 6)
    found: dict[str, Numbers] = {}
    for position, segment in enumerate((*firm.SEGMENTS, "all")):
        rows = slice(None) if segment == "all" else slice(position, position + 1)
        found[segment] = {"latent": 0.0 if segment == "all" else float(opinions.CHANGE[position])}
        for name, cells in (("population", everybody[rows]), ("observed", answers[rows, :, 0])):
            old, new = (
                float(net_share(cells[:, :, part].sum(axis=(0, 1, 2)))) for part in (before, after)
            )
            found[segment] |= {
                f"{name}_before": old,
                f"{name}_after": new,
                f"{name}_change": new - old,
            }
    del found["all"]["latent"]
    return found


def _mandate_effect(everybody: Array) -> float:
    home = firm.UNITS.index(firm.MANDATE_UNIT)
    last = everybody[:, :, -12:].sum(axis=(0, 2))
    others = np.delete(last, home, axis=0).sum(axis=0)
    return float(net_share(last[home]) - net_share(others))


def _row(names: Sequence[str], values: Array) -> Numbers:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _table(names: Sequence[str], values: Array) -> dict[str, Numbers]:
    return {name: _row(firm.MONTH_NAMES, row) for name, row in zip(names, values, strict=True)}
