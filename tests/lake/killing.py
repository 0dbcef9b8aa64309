"""What the child processes of the lake tests do, and how they are killed at any step they take."""

from __future__ import annotations

import functools
import os
import shutil
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

STEPS = (
    "topofheart.lake.delta:DeltaFolder.create",
    "topofheart.lake.delta:DeltaFolder.commit",
    "topofheart.lake.delta:DeltaFolder.widen",
    "topofheart.lake.delta:DeltaFolder.restore",
    "topofheart.lake.delta:DeltaFolder.cut_log",
    "topofheart.lake.delta:DeltaFolder.delete",
    "topofheart.lake.delta:DeltaFolder._move_in",
    "topofheart.lake.snapshots:Snapshots.write",
    "topofheart.lake.lake:Writer.__init__",
    "topofheart.lake.lake:Writer.close",
    "topofheart.lake.placing:write_parquet",
    "topofheart.lake.erasure:Erasure._note",
    "topofheart.lake.kept_sums:KeptSums.forget",
    "topofheart.listen.refused:keep",
    "deltalake:DeltaTable.create_write_transaction",
    "deltalake:DeltaTable.create_checkpoint",
    "deltalake:DeltaTable.cleanup_metadata",
    "shutil:move",
    "shutil:rmtree",
    "pathlib:Path.unlink",
    "pathlib:Path.write_text",
)


def die_at(step: int | None, tally: Path | None = None) -> None:
    """From now on count the steps taken, before and after each call, and die at one of them."""
    taken = 0

    def pass_one() -> None:
        nonlocal taken
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)
        taken += 1
        if tally:
            with tally.open("w") as file:
                file.write(str(taken))

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def stepping(*args: Any, **how: Any) -> Any:
            pass_one()
            found = call(*args, **how)
            pass_one()
            return found

        return stepping

    for place in STEPS:
        module, _, name = place.partition(":")
        owner: Any = import_module(module)
        *classes, last = name.split(".")
        for one in classes:
            owner = getattr(owner, one)
        setattr(owner, last, watched(getattr(owner, last)))


def import_file(
    folder: Path,
    path: Path,
    table: str = "answers",
    step: int | None = None,
    tally: Path | None = None,
) -> None:
    import topofheart.workspace as toh
    from lake.survey import read

    if step is not None or tally:
        die_at(step, tally)
    read(toh.open(folder), path, table)


def import_files(folder: Path, paths: list[Path]) -> None:
    for path in paths:
        import_file(folder, path)


def maintain(folder: Path, step: int | None = None, tally: Path | None = None) -> None:
    import topofheart.workspace as toh

    if step is not None or tally:
        die_at(step, tally)
    toh.open(folder).maintain()


def import_and_maintain(folder: Path, paths: list[Path], forgotten: list[str]) -> None:
    """Import each file, forget one customer after each, maintain; what a busy night looks like."""
    import topofheart.workspace as toh
    from lake.survey import read

    workspace = toh.open(folder)
    for path, customer in zip(paths, forgotten, strict=True):
        read(workspace, path)
        workspace.forget(customer)
        workspace.maintain()


def ask_until(folder: Path, stop: Path, found: Path) -> None:
    """Ask for the score again and again, and write down each answer: snapshot, n and score."""
    import topofheart.workspace as toh

    workspace = toh.open(folder)
    lines = []
    try:
        while not stop.exists():
            for clusters in (True, False):
                answer = workspace.nps(clusters=clusters)
                estimate = answer.rows[0].estimate
                lines.append(f"{answer.question['snapshot']} {estimate.n} {estimate.value:.9f}")
    except BaseException as error:
        lines.append(f"failed: {error!r}")
        raise
    finally:
        found.write_text("\n".join(lines))


def copied(template: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return shutil.copytree(template, folder)
