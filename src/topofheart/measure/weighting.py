"""Sums of answers weighted to targets: one extra split in the engine, the weights on its cells.

Weights are made per kind of survey, scale and period, over all groups that are asked for; a group then
counts its own answers with those weights. What comes out are sums as if so many answers had been given
in the wanted proportions, with the number of answers that they are worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.kernel.errors import InvalidInput
from topofheart.measure.cells import APART, completed
from topofheart.measure.metrics import Metric
from topofheart.measure.targets import Targets
from topofheart.stats import clusters, weights

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Positions = NDArray[np.int64]

LEAST_ANSWERS = 20
MISSED = 0.01
UNKNOWN = "category_unknown"
MERGED = "cells_merged"
TRIMMED = "weights_trimmed"
TARGETS_MISSED = "targets_missed"
TOO_FEW = "too_few_to_weight"


def weighed(
    sums: pa.Table,
    metric: Metric,
    targets: Targets,
    columns: Mapping[str, str],
    *,
    over: Sequence[str],
) -> tuple[pa.Table, tuple[str, ...]]:
    """The sums split by `over` alone, weighted, and what must be known of their weights, as codes.

    `columns` gives the stored column of each dimension of the targets.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    mixed = [name for name, column in columns.items() if column in APART]
    if mixed:
        raise InvalidInput(
            f"Answers of different {mixed[0]}s are never pooled, so nothing can be weighted on it.",
            code="never_pooled",
            hint=f"Leave {mixed[0]} out of the targets; every {mixed[0]} has rows of its own.",
        )
    sums = sums.filter(pc.greater(sums["n"], 0))
    apart = [name for name in (*APART, "period") if name in sums.column_names]
    kept = list(dict.fromkeys((*over, *apart)))
    numbers = {
        name: np.nan_to_num(np.asarray(sums[name].to_numpy(zero_copy_only=False), dtype=float))
        for name in sums.column_names
        if name not in (*kept, *columns.values())
    }
    numbers = completed(numbers, metric)
    codes = np.column_stack(
        [_codes(sums[columns[name]].to_pylist(), name, values, numbers["n"])
         for name, values in targets.dimensions]
    )  # fmt: skip
    waves, _ = _numbered([sums[name].to_pylist() for name in apart], sums.num_rows)
    weight, caveats = np.zeros(sums.num_rows), set()
    for wave in range(waves.max(initial=-1) + 1):
        here = waves == wave
        weight[here], said = _weights(numbers["n"][here], codes[here], targets)
        caveats |= said
    cells, firsts = _numbered([sums[name].to_pylist() for name in kept], sums.num_rows)
    pooled = _pooled(numbers, weight, cells, len(firsts))
    names = {name: sums[name].take(pa.array(firsts, pa.int64())) for name in kept}
    return pa.table({**names, **pooled}), tuple(sorted(caveats))


def _codes(
    found: list[Any], name: str, wanted: tuple[tuple[str, float], ...], n: Floats
) -> Positions:
    """The place of each value among those wanted; one after the last where it is not known."""
    places = {value: place for place, (value, _) in enumerate(wanted)}
    texts = [None if value is None else _text(value) for value in found]
    stray = sorted({text for text in texts if text is not None} - places.keys())
    if stray:
        answers = sum(n[place] for place, text in enumerate(texts) if text in stray)
        raise InvalidInput(
            f"The targets do not name {name} = {', '.join(stray[:5])} ({answers:,.0f} answers).",
            code="not_in_targets",
            hint=f"Add it to the targets, which name {', '.join(places)}; or leave those answers out with where.",
        )
    return np.array(
        [len(wanted) if text is None else places[text] for text in texts], dtype=np.int64
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _weights(n: Floats, codes: Positions, targets: Targets) -> tuple[Floats, set[str]]:
    """The weight of an answer in each cell of one wave. Small categories are merged with each other;
    answers of which the category is not known keep their share."""
    said = set()
    categories, shares = np.zeros_like(codes), []
    for dimension, (_, values) in enumerate(targets.dimensions):
        sizes = np.bincount(codes[:, dimension], n, len(values) + 1)
        unknown = sizes[-1] / sizes.sum()
        groups = weights.merged(sizes[:-1], least=LEAST_ANSWERS)
        if groups.max() + 1 < len(values):
            said.add(MERGED if groups.max() else TOO_FEW)
        if unknown > 0:
            said.add(UNKNOWN)
        wanted = np.array([number for _, number in values])
        known = np.bincount(groups, wanted / wanted.sum()) * (1 - unknown)
        known[np.bincount(groups, sizes[:-1]) == 0] = 0
        shares.append(np.append(known, unknown))
        categories[:, dimension] = np.append(groups, groups.max() + 1)[codes[:, dimension]]
    raked = weights.rake(n, categories, shares)
    if raked.trimmed:
        said.add(TRIMMED)
    if raked.distance > MISSED:
        said.add(TARGETS_MISSED)
    return raked.weights, said


def _numbered(columns: list[list[Any]], rows: int) -> tuple[Positions, list[int]]:
    """The number of each row's combination, and the first row of each."""
    numbers: dict[tuple[Any, ...], int] = {}
    firsts: list[int] = []
    found = np.zeros(rows, dtype=np.int64)
    for row in range(rows):
        key = tuple(column[row] for column in columns)
        if key not in numbers:
            numbers[key] = len(firsts)
            firsts.append(row)
        found[row] = numbers[key]
    return found, firsts


def _pooled(
    sums: dict[str, Floats], weight: Floats, cells: Positions, count: int
) -> dict[str, Floats]:
    def over(values: Floats) -> Floats:
        return np.bincount(cells, values, count).astype(np.float64)

    total = over(weight * sums["n"])
    n = np.where(total > 0, over(sums["n"]), 0.0)
    scale = n / np.where(total > 0, total, 1.0)
    as_if = {
        name: over(weight * sums[name]) * scale for name in ("total", "squares", "low", "high")
    }
    kish = weights.kish_size(total, over(weight**2 * sums["n"]))
    people = over(sums.get("clusters", sums["n"]))

    def error(groups: Floats, s2: str, sn: str, n2: str) -> Floats:
        return clusters.standard_error(
            groups, total, over(weight * sums["total"]),
            sum_s2=over(weight**2 * sums[s2]), sum_sn=over(weight**2 * sums[sn]), sum_n2=over(weight**2 * sums[n2]),
        )  # fmt: skip

    alone = error(n, "squares", "total", "n")
    together = error(people, "sum_s2", "sum_sn", "sum_n2") if "clusters" in sums else alone
    effective = weights.effective_size(
        np.nan_to_num(kish), n, people, alone=alone, clustered=together
    )
    unknown = {"unknown": over(sums["unknown"])} if "unknown" in sums else {}
    plain = over(sums["total"])
    return {"n": n, **as_if, "plain": plain, "effective": effective, "people": people, **unknown}
