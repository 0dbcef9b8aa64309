"""Keeping a lake in order: erasures carried out, small files put together, orphans deleted."""

from __future__ import annotations

from dataclasses import dataclass

from topofheart.lake.duckdb_engine import IMPORT_MEMORY, DuckEngine
from topofheart.lake.erasure import Erased, Erasure
from topofheart.lake.files import Files, new_file_name
from topofheart.lake.lake import Lake, Writer
from topofheart.lake.placing import write_parquet
from topofheart.lake.snapshots import Snapshot

SMALL_BYTES = 32 << 20
MANY_SMALL_FILES = 8


@dataclass(frozen=True)
class Maintained:
    """What one maintenance run did."""

    erased: Erased
    compacted: int
    deleted: int


def maintain(lake: Lake, erasure: Erasure) -> Maintained:
    """One run under the writer lock. Earlier snapshots stay readable unless somebody was erased."""
    with lake.writing() as writer:
        engine = DuckEngine(memory=IMPORT_MEMORY)
        try:
            erased = erasure.carry_out(writer, engine)
            before = dict(writer.before.versions)
            compacted = sum(_compact(writer, engine, name) for name in list(writer.versions))
            if writer.versions != before:
                writer.close(Snapshot(0, {}, "maintenance"))
            deleted = sum(writer.delete_unused(name, history=True) for name in writer.versions)
        finally:
            engine.close()
    return Maintained(erased, compacted, deleted)


def _compact(writer: Writer, engine: DuckEngine, name: str) -> int:
    """Put small files together; returns how many there were."""
    small = [file for file in writer.files(name) if file.bytes < SMALL_BYTES]
    schema = writer.schema(name)
    if len(small) < MANY_SMALL_FILES or schema is None:
        return 0
    folder = writer.lake.folder(name)
    uris = [f"{folder.address}/{file.path}" for file in small]
    together = writer.lake.staging / new_file_name()
    write_parquet(
        engine, engine.select(Files(uris, schema, folder.address, folder.options)), together
    )
    writer.commit(name, add=[together], remove=small, act="compact")
    return len(small)
