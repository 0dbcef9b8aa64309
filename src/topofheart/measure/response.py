"""Response: who was invited, who answered, who was not asked, and what is unknown because of it.

Invited are all who were sent an invitation, bounced ones too. What the silent could do to a score counts
the withheld as well: a customer who was kept from answering is as silent as one who did not want to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import numpy as np

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.errors import LakeError, UnknownName
from topofheart.kernel.estimate import Estimate, State
from topofheart.measure.invitations import OUTCOMES, WITHHELD, Cell, Counted, Invitations
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.stats import nonresponse, representativeness, shares

MOST_CATEGORIES = 50
FEWEST_ANSWERS = 30
METHOD = "Wilson interval"
WORST_CASE = "worst-case bounds (Manski 1989)"
R_METHOD = "R-indicator (Schouten e.a. 2009)"


def response(reader: Reader, question: Question) -> Answer:
    """The response per cell of a question about the Net Promoter Score."""
    invitations = Invitations(reader, question)
    level = question.level
    counted = invitations.counted()
    scores, kinds_apart = _scores(reader, question)
    alike, has_register = _alike(invitations, level)
    rows = [
        Row(
            _rate(one, level),
            dict(cell[0]),
            cell[1],
            _beside(one, scores.get(cell), alike.get(cell)),
        )
        for cell, one in sorted(counted.items(), key=_order)
        if one.meant
    ]
    if not rows:
        state = State.NO_EVIDENCE
        rows = [Row(Estimate(None, None, None, 0, "share", METHOD, level, state))]
    caveats = _caveats(invitations, counted) | {
        "bounds_of_one_kind": kinds_apart,
        "no_register": invitations.has_rows and not has_register,
    }
    said = tuple(code for code, holds in caveats.items() if holds)
    return Answer(tuple(rows), invitations.asked.as_dict(), said)


def _order(item: tuple[Cell, Counted]) -> tuple[Any, ...]:
    (group, period), _ = item
    return (*((value is None, value or "") for _, value in group), period and period.first)


def _rate(one: Counted, level: float) -> Estimate:
    n, answered = one.invited, one.answered
    if not n or answered > n:
        state = State.CANNOT_TELL if answered else State.NO_EVIDENCE
        return Estimate(None, None, None, max(n, 0), "share", METHOD, level, state)
    low, high = shares.wilson_interval(answered, n, level=level)
    return Estimate(answered / n, float(low), float(high), n, "share", METHOD, level)


def _beside(one: Counted, score: float | None, alike: Estimate | None) -> dict[str, Any]:
    more: dict[str, Any] = {name: one.became[name] for name in OUTCOMES}
    if one.reasons:
        more["reasons"] = dict(one.reasons.most_common())
    if score is not None and 0 < one.answered <= one.invited:
        rate = one.answered / one.meant
        low, high = nonresponse.worst_case_bounds(score, rate, lowest=-1, highest=1)
        ends = float(low), float(high)
        more["worst_case"] = Estimate(score, *ends, one.answered, "net_share", WORST_CASE)
    if alike:
        more["representativeness"] = alike
    return more


def _scores(reader: Reader, question: Question) -> tuple[dict[Cell, float], bool]:
    """The score of those who answered, where one kind of survey gave it; and whether more did."""
    try:
        cells, _ = reader.cells(replace(question, clusters=False))
    except (LakeError, UnknownName):
        return {}, False
    kinds: dict[Cell, list[float]] = defaultdict(list)
    for key, value in zip(cells.keys, cells.value, strict=True):
        kinds[key.group, key.period].append(float(value))
    single = {cell: values[0] for cell, values in kinds.items() if len(values) == 1}
    return single, len(single) < len(kinds)


def _alike(invitations: Invitations, level: float) -> tuple[dict[Cell, Estimate], bool]:
    """How like all who were meant to be asked those who answered are; and whether a register tells."""
    groups, columns = invitations.over_the_register()
    found = {cell: _indicator(rows, columns, level) for cell, rows in groups.items()}
    tells = any(len(rows) > 1 for rows in groups.values())
    return {cell: one for cell, one in found.items() if one}, tells


def _indicator(rows: list[dict[str, Any]], columns: list[str], level: float) -> Estimate | None:
    values = {column: sorted({str(row[column]) for row in rows}) for column in columns}
    used = [column for column in columns if 1 < len(values[column]) <= MOST_CATEGORIES]
    n, came = (np.array([row[name] for row in rows]) for name in ("n", "came"))
    if not used or came.sum() < FEWEST_ANSWERS:
        return None
    categories = [[values[column].index(str(row[column])) for column in used] for row in rows]
    found = representativeness.r_indicator(n, came, categories, level=level)
    meant = round(float(n.sum()))
    return Estimate(found.value, found.low, found.high, meant, "r_indicator", R_METHOD, level)


def _caveats(invitations: Invitations, counted: dict[Cell, Counted]) -> dict[str, bool]:
    became = sum((one.became for one in counted.values()), Counter[str | None]())
    try:
        answers, uninvited = invitations.answers()
    except UnknownName:
        answers, uninvited = 0, 0  # answers do not know what the invitations are filtered by
    return {
        "invitations_from_totals": not invitations.has_rows,
        "no_withheld_log": not became[WITHHELD],
        "outcomes_unknown": bool(became[None]),
        "answers_uninvited": invitations.has_rows and uninvited > 0,
        "more_answers_than_invitations": answers > became.total() - became[WITHHELD]
        or any(one.answered > one.invited for one in counted.values()),
    }
