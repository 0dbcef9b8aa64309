"""What is true of the demo, computed from its chances: nothing here was drawn and counted.

Net shares lie between −1 and 1. `population` is everybody present; `observed` is what is expected
among those who answer, who are not like everybody. Scores have five dimensions: segment, unit,
touchpoint, month and score.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np

from topofheart.demo import contacts, firm, opinions
from topofheart.demo.answers import ANSWERED, SILENT
from topofheart.demo.columns import Rows, by_name, counted
from topofheart.demo.firm import CHATBOT_MONTH, HOME, MONTHS, STORY, Array
from topofheart.demo.opinions import DRIVERS, MODEL, SCORES, SIGN
from topofheart.demo.people import FACTS, TEMPER_SHARES, TEMPERS, People, disposition

Numbers = dict[str, float]
KINDS = {"relationship": slice(0, 1), "transaction": slice(1, None)}
NAMES = (firm.SEGMENTS, firm.UNITS, firm.TOUCHPOINTS, firm.MONTH_NAMES)
SEGMENT, UNIT, TOUCHPOINT, MONTH = range(4)


class Truth(SimpleNamespace):
    """The answers to the questions that the package asks of the demo."""

    def to_json(self) -> str:
        """The truth as JSON text."""
        return json.dumps(vars(self), indent=1, ensure_ascii=False)


def tell(chances: Array, people: People, asked: Rows, contacted: Any) -> Truth:
    """Everything that is true, from the chances and the cells that were visited."""
    everybody = _expected(chances, _everybody(people))
    sent = asked.at(np.isin(asked.outcome, (ANSWERED, SILENT)))
    answers = _expected(chances, sent) * opinions.answer_chances()[:, None, :, None]
    kinds = {kind: answers[:, :, part] for kind, part in KINDS.items()}
    matrix, weights = drivers(answers.sum(axis=(SEGMENT, UNIT, TOUCHPOINT, MONTH)))
    again = np.bincount(asked.customer_id[asked.outcome == ANSWERED])
    last_year = everybody[:, :, :, -12:]
    effect = net(last_year[:, [HOME]]) - net(np.delete(last_year, HOME, axis=UNIT))
    return Truth(
        population_nps=net(everybody, SEGMENT, MONTH),
        unit_population_nps=net(everybody, UNIT),
        observed_nps={kind: net(one, SEGMENT, MONTH) for kind, one in kinds.items()},
        unit_observed_nps={kind: net(one, UNIT) for kind, one in kinds.items()},
        touchpoint_observed_nps=net(answers, TOUCHPOINT, MONTH),
        change_on=str(STORY["chatbot_on"]),
        change=_change(everybody, answers[:, :, :1]),
        response_propensity=by_name(MODEL["propensity"], SCORES),
        talkativeness=list(zip(FACTS["talk"], FACTS["talk_share"], strict=True)),
        driver_slopes={name: STORY["ratings"][name][1] for name in DRIVERS},
        driver_correlations=by_name(matrix, *[[*DRIVERS, "recommend"]] * 2),
        driver_weights=by_name(weights, DRIVERS),
        customer_correlation=customer_correlation(),
        repeat_share=float((again > 1).sum() / (again > 0).sum()),
        growth={
            "from": str(STORY["growth_from"]), "until": str(STORY["last_day"]),
            "sales": STORY["sales_growth"], "service_staff": STORY["staff_growth"],
        },
        mandate={"unit": firm.UNITS[HOME], "since": str(STORY["mandate_on"]), "effect": effect},
        **contacts.truth(contacted),
    )  # fmt: skip


def _everybody(people: People) -> Rows:
    """All who are present, month after month, as if asked about the relationship."""
    here = [people.present(month) for month in range(MONTHS)]
    who, month = np.concatenate(here), np.repeat(np.arange(MONTHS), [len(one) for one in here])
    known = Rows(segment=people.segment, unit=people.unit, came=people.came)
    return known.at(who).having(month=month, touchpoint=0 * who)


def _expected(chances: Array, rows: Rows) -> Array:
    """How many of each score these customers would give, knowing all but their temper."""
    cells = (rows.segment, rows.unit, rows.touchpoint, rows.month, rows.came)
    sent = counted(*cells, shape=(*chances.shape[:4], MONTHS + 1))
    tempers = np.einsum("sutmj,jmc->sutmc", sent, disposition(), optimize=True)
    return np.asarray(np.einsum("sutmc,sutmck->sutmk", tempers, chances, optimize=True))


def net(scores: Array, *kept: int) -> Any:
    """Promoters minus detractors as a share of all, by the names of the dimensions kept."""
    summed = scores.sum(axis=tuple({SEGMENT, UNIT, TOUCHPOINT, MONTH} - set(kept)))
    with np.errstate(invalid="ignore"):
        return by_name(summed @ SIGN / summed.sum(axis=-1), *(NAMES[one] for one in kept))


def _change(everybody: Array, answers: Array) -> dict[str, Numbers]:
    """Half a year before and after the chatbot, by segment and for all."""
    found: dict[str, Numbers] = {name: {} for name in (*firm.SEGMENTS, "all")}
    for group, scores in (("population", everybody), ("observed", answers)):
        halves = np.split(scores[:, :, :, CHATBOT_MONTH - 6 : CHATBOT_MONTH + 6], 2, axis=MONTH)
        before, after = ({**net(one, SEGMENT), "all": net(one)} for one in halves)
        for name, one in found.items():
            one[f"{group}_before"], one[f"{group}_after"] = before[name], after[name]
            one[f"{group}_change"] = after[name] - before[name]
    for name, latent in zip(firm.SEGMENTS, STORY["opinions"]["chatbot_effect"], strict=True):
        found[name]["latent"] = latent
    return found


def drivers(scores: Array) -> tuple[Array, Array]:
    """Correlations of the ratings and the score, and Johnson's (2000) relative weights."""
    share, ten = scores / scores.sum(), np.arange(1, 11)
    chances = np.array([opinions.rating_chances(name) for name in DRIVERS])
    rows = np.vstack([chances @ ten, SCORES])
    squares = np.vstack([chances @ ten**2, SCORES**2])
    second = (rows * share) @ rows.T
    np.fill_diagonal(second, squares @ share)
    covariance = second - np.outer(rows @ share, rows @ share)
    deviation = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(deviation, deviation)
    values, vectors = np.linalg.eigh(matrix[:-1, :-1])
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    weights = root**2 @ np.linalg.solve(root, matrix[:-1, -1]) ** 2
    return matrix, weights / weights.sum()


def customer_correlation() -> float:
    """Correlation of two net scores of one consumer who answers twice, before the change."""
    weight = opinions.score_chances(TEMPERS) * MODEL["propensity"]
    answering = TEMPER_SHARES * weight.sum(axis=1)
    once, square = (weight @ one / weight.sum(axis=1) for one in (SIGN, SIGN**2))
    mean = np.average(once, weights=answering)
    between = np.average((once - mean) ** 2, weights=answering)
    return float(between / (np.average(square, weights=answering) - mean**2))
