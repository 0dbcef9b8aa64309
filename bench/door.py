"""The statistics door beside the plain question: what it costs to withhold what would give somebody away."""

from __future__ import annotations

from dataclasses import replace

import made_answers
from measuring import Result, interleaved, scratch, sizes

import topofheart as toh
from topofheart.answer.answer import Answer


def main() -> None:
    asked = sizes(10_000_000, pairs=3)
    with scratch() as folder:
        workspace = made_answers.lake(folder, asked.rows)
        workspace.settings = replace(workspace.settings, dimensions=("segment",))
        for name, clusters in (("counts", False), ("clustered by customer", True)):
            agree(ask(workspace, clusters), ask(workspace.statistics, clusters))
            times = interleaved(
                {
                    "door": lambda c=clusters: ask(workspace.statistics, c),  # type: ignore[misc]
                    "plain": lambda c=clusters: ask(workspace, c),  # type: ignore[misc]
                },
                asked.pairs,
            )
            medians = times.median("door"), times.median("plain")
            work = f"NPS by touchpoint × segment × month to be shared, {name}, beside the plain question"
            ratio = times.ratio("door", "plain")
            print(Result(work, asked.rows, *medians, ratio, "none", True))


def ask(workspace: toh.Workspace, clusters: bool) -> Answer:
    """Nothing kept from the last time."""
    workspace.reader().kept.forget()
    return workspace.nps(by=made_answers.BY, every="month", clusters=clusters)


def agree(plain: Answer, shared: Answer) -> None:
    """Stop when the door shows another figure, or nothing at all."""
    figures = {(str(row.group), row.period): row.estimate for row in plain}
    shown = [row for row in shared if row.estimate.value is not None]
    if not shown or any(figures[str(row.group), row.period] != row.estimate for row in shown):
        raise SystemExit("The door and the plain question do not agree.")


if __name__ == "__main__":
    main()
