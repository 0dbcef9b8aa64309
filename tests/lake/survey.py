"""What the lake tests share: exports as a tool would write them, and a look at all that is stored."""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import topofheart.workspace as toh
from topofheart.kernel.errors import LakeError
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.listen.importing import Read
from topofheart.listen.mapping import ColumnUse, Mapping
from topofheart.workspace import Workspace

TARGETS = {
    "id": "id",
    "customer": "customer_id",
    "day": "answered_at",
    "called": "contacted_at",
    "score": "recommend",
    "comment": "comment",
    "words": "text",
    "changed": "updated_at",
    "wijk": "d_wijk",
    "since": "customer_since",
    "segment": "segment",
}
MAIL = ColumnUse("mail", "customer_id", pseudonym=True)
REPAIRED = ("refused_row", "refused_column", "refused_value", "refused_reason")


def answers(
    numbers: Iterable[int], *, score: int | None = None, **more: Any
) -> list[dict[str, Any]]:
    """Answers with ids of their own; the score follows from the number unless it is given."""
    return [
        {
            "id": f"a{number}",
            "customer": f"c{number % 20}",
            "day": f"2025-{1 + number % 12:02d}-{1 + number % 28:02d} 10:30",
            "score": number % 11 if score is None else score,
            "comment": f"opmerking {number}",
        }
        | more
        for number in numbers
    ]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def mapping(path: Path, table: str = "answers", source: str = "tool") -> Mapping:
    """The mapping of an export written by `write`."""
    with path.open(encoding="utf-8", newline="") as file:
        labels = next(csv.reader(file))
    uses = [MAIL if name == "mail" else ColumnUse(name, TARGETS.get(name, "")) for name in labels]
    return Mapping(table, source, columns=tuple(uses))


def read(workspace: Workspace, path: Path, table: str = "answers", source: str = "tool") -> Read:
    return workspace.read(path, mapping=mapping(path, table, source))


def rows_of(
    workspace: Workspace, table: str = "answers", as_of: int | None = None
) -> list[dict[str, Any]]:
    """Every row of a table in a snapshot, through the engine."""
    files = workspace.lake.files(table, workspace.lake.snapshot(as_of))
    if not files.schema.names:
        return []
    engine = DuckEngine(memory="200MB")
    try:
        return [dict(row) for row in engine.read(engine.table(files)).to_pylist()]
    finally:
        engine.close()


def scores(workspace: Workspace, as_of: int | None = None) -> dict[str, int]:
    """The score of each answer by id; an id that is there twice fails here."""
    rows = rows_of(workspace, as_of=as_of)
    found = {row["answer_id"]: row["recommend"] for row in rows}
    assert len(found) == len(rows), "an answer is there twice"
    return found


def answered(workspace: Workspace, **how: Any) -> tuple[int, float]:
    """How many answers count in the score, and the score."""
    estimate = workspace.nps(**how).rows[0].estimate
    return estimate.n, round(estimate.value or 0.0, 9)


def unreferenced(folder: Path) -> list[str]:
    """Files under the lake that no snapshot and no log uses, and anything left in staging."""
    lake = toh.open(folder).lake
    snapshots = lake.snapshots.all()
    found = [str(path) for path in (folder / "staging").rglob("*")]
    for table in sorted(path for path in (folder / "lake").iterdir() if path.is_dir()):
        delta = lake.folder(table.name)
        versions = {one.versions[table.name] for one in snapshots if table.name in one.versions}
        used: set[str] = set()
        for version in {delta.version()} if table.name == "snapshots" else versions:
            try:
                used |= {file.path for file in delta.files(version)}
            except LakeError as error:
                assert error.code == "history_gone"
        for path in (path for path in table.rglob("*") if path.is_file()):
            of_log = re.fullmatch(r"_delta_log/(\d{20}\.(json|checkpoint\.parquet)|_last_checkpoint)",
                                  path.relative_to(table).as_posix())  # fmt: skip
            if not of_log and path.name not in used:
                found.append(str(path.relative_to(folder)))
    return found


def places_of(folder: Path, needles: Iterable[str]) -> dict[str, set[str]]:
    """In which files of a folder each text occurs, whatever the format: bytes, cells and footers."""
    found: dict[str, set[str]] = {needle: set() for needle in needles}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        texts = [content, content.decode("utf-16-le", "ignore").encode()]
        if path.suffix == ".gz":
            texts.append(gzip.decompress(content))
        if content[:4] == b"PAR1":
            texts.append(_everything_in(path).encode())
        for needle in found:
            if any(needle.encode() in text for text in texts):
                found[needle].add(path.relative_to(folder).as_posix())
    return found


def _everything_in(path: Path) -> str:
    """All cells of a Parquet file, and all that its footer says."""
    file = pq.ParquetFile(path)
    footer = file.metadata
    groups = [footer.row_group(i).to_dict() for i in range(footer.num_row_groups)]
    return f"{file.read().to_pydict()} {footer.metadata} {groups}"


def children(method: str = "forkserver") -> Any:
    """Processes that start quickly: forked from one that has everything imported and nothing open."""
    import multiprocessing

    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload(
        [
            "lake.killing",
            "deltalake",
            "ibis.backends.sql.compilers.duckdb",
            "pyarrow.dataset",
            "topofheart.lake.maintenance",
            "topofheart.listen.importing",
            "topofheart.measure.compare",
            "topofheart.measure.scores",
        ]
    )
    return context
