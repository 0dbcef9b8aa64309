"""Keeping a lake in order: erasures carried out, small files put together, orphans deleted."""

from __future__ import annotations

from dataclasses import dataclass

from topofheart.lake.duckdb_engine import IMPORT_MEMORY, DuckEngine
from topofheart.lake.erasure import Erased, Erasure
from topofheart.lake.files import new_file_name
from topofheart.lake.lake import Lake, Writer
from topofheart.lake.placing import write_parquet
from topofheart.lake.snapshots import Snapshot

SMALL_BYTES = 32 << 20
MANY_SMALL_FILES = 8
MOST_FILES_AT_ONCE = 1000


@dataclass(frozen=True)
class Maintained:
    """What one maintenance run did."""

    erased: Erased
    compacted: int
    deleted: int


def maintain(lake: Lake, erasure: Erasure) -> Maintained:
    """One run under the writer lock. Earlier snapshots stay readable unless somebody was erased."""
    with lake.writing() as writer:
        engine = DuckEngine(memory=IMPORT_MEMORY, spill=lake.staging)
        try:
            erased = erasure.carry_out(writer, engine)
            compacted = sum(_compact(writer, engine, name) for name in writer.versions)
            if writer.versions != writer.before.versions:
                writer.close(Snapshot(0, {}, "maintenance"))
            deleted = sum(writer.delete_unused(name, history=True) for name in writer.versions)
            deleted += lake.snapshots.tidy()
        finally:
            engine.close()
    return Maintained(erased, compacted, deleted)


def _compact(writer: Writer, engine: DuckEngine, name: str) -> int:
    """Put small files together; returns how many there were."""
    small = [file for file in writer.files(name) if file.bytes < SMALL_BYTES][:MOST_FILES_AT_ONCE]
    schema = writer.schema(name)
    if len(small) < MANY_SMALL_FILES:
        return 0
    folder = writer.lake.folder(name)
    together = writer.lake.staging / new_file_name()
    write_parquet(engine, engine.select(folder.as_files(small, schema)), together)
    writer.commit(name, add=[together], remove=small, act="compact")
    return len(small)
