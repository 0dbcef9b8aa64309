"""Ranking 10,000 units with the chance of each to be at the top, beside a plain numpy loop over the draws."""

from __future__ import annotations

import sys
from pathlib import Path

import made_totals
import numpy as np
from measuring import Result, fresh, interleaved, scratch, sizes

import topofheart as toh
from topofheart.stats.shrinkage import DRAWS

K = 10
MOST_BYTES = 300e6
MEMORY = "import topofheart as toh; toh.open(sys.argv[1]).rank(by='unit', k=int(sys.argv[2]))"


def main() -> None:
    asked = sizes(10_000, pairs=3)
    with scratch() as folder:
        workspace = made_totals.lake(folder, asked.rows, 1, answers=80)
        agree(ours(workspace), by_loop(workspace))
        times = interleaved(
            {"ours": lambda: ours(workspace), "numpy": lambda: by_loop(workspace)}, asked.pairs
        )
        run = fresh(MEMORY, Path(folder), K)
    ratio = times.ratio("ours", "numpy")
    medians = times.median("ours"), times.median("numpy")
    work = f"Ranking units with chances, beside a numpy loop over draws ({run.peak_bytes / 1e6:.0f} MB)"
    kept = ratio <= 1 and run.peak_bytes < MOST_BYTES
    print(Result(work, asked.rows, *medians, ratio, "≤ 1 ×, < 300 MB", kept))


def ours(workspace: toh.Workspace) -> dict[str | None, tuple[float, float]]:
    """Estimate and chance of each unit, nothing kept from the last time."""
    workspace.reader().kept.forget()
    return {
        row.group["unit"]: (row.estimate.value or 0.0, row.more["top"])
        for row in workspace.rank(by="unit", k=K)
    }


def by_loop(workspace: toh.Workspace) -> dict[str | None, tuple[float, float]]:
    """The same from the same scores, as it is usually written: unit by unit, draw by draw."""
    workspace.reader().kept.forget()
    scores = workspace.nps(by="unit")
    names = [row.group["unit"] for row in scores]
    value = np.array([row.estimate.value for row in scores])
    n = np.array([row.estimate.n for row in scores], dtype=float)
    cells = workspace.reader().cells(_question())[0]
    pooled = (n * cells.variance).sum() / (n - 1).sum()
    s2 = np.array(
        [(n[i] * cells.variance[i] + 100 * pooled) / (n[i] + 100) / n[i] for i in range(len(n))]
    )
    w = 1 / s2
    fixed = (w * value).sum() / w.sum()
    q = (w * (value - fixed) ** 2).sum()
    between = max(0.0, (q - (len(n) - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    precision = 1 / (between + s2)
    mean, mean_error = (precision * value).sum() / precision.sum(), precision.sum() ** -0.5
    posterior = np.array(
        [mean + between / (between + s) * (v - mean) for v, s in zip(value, s2, strict=True)]
    )
    own = np.sqrt(between / (between + s2) * s2)
    common = (1 - between / (between + s2)) * mean_error
    draw = np.random.default_rng(1)
    top = np.zeros(len(n))
    for _ in range(DRAWS):
        drawn = posterior + own * draw.standard_normal(len(n)) + common * draw.standard_normal()
        top[np.argsort(drawn)[-K:]] += 1
    return dict(
        zip(names, zip(posterior.tolist(), (top / DRAWS).tolist(), strict=True), strict=True)
    )


def _question() -> object:
    from topofheart.measure.question import ask

    return ask("nps", by="unit")


def agree(
    ours: dict[str | None, tuple[float, float]], theirs: dict[str | None, tuple[float, float]]
) -> None:
    """Estimates to the last digits, chances to what two sets of draws may differ."""
    one, other = (np.array([found[name] for name in ours]) for found in (ours, theirs))
    if not (np.allclose(one[:, 0], other[:, 0]) and np.abs(one[:, 1] - other[:, 1]).max() < 0.05):
        sys.exit("numpy and Top of Heart do not agree.")


if __name__ == "__main__":
    main()
