"""Data files: a set of them as a relation, their names, and what their footers say."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# Statistics of longer texts may be cut off.
SHORTENED = 32
S3 = {
    "access_key_id": "access_key",
    "secret_access_key": "secret_key",
    "session_token": "session_token",
    "region": "region",
    "endpoint_url": "endpoint_override",
}


@dataclass(frozen=True)
class Files:
    """Some data files of one table, and the columns to read from them."""

    uris: list[str]
    schema: pa.Schema
    address: str = ""
    options: dict[str, str] = field(default_factory=dict)

    @property
    def remote(self) -> bool:
        return "://" in self.address

    def only_value(self, column: str) -> tuple[str | None] | None:
        """The one value that a text column has in every row, if the files' footers say that it has one."""
        if self.remote or not self.uris:
            return None
        found = {value for uri in self.uris for value in _extremes(uri, column)}
        return (found.pop(),) if len(found) == 1 else None

    def dataset(self) -> Any:
        """The files of an object store, read through the store's own client."""
        import pyarrow.dataset as ds

        store = store_at(self.address, self.options)
        names = [uri.rsplit("/", 1)[-1] for uri in self.uris]
        return ds.dataset(names, schema=self.schema, format="parquet", filesystem=store)


def _extremes(uri: str, column: str) -> Iterator[str | None]:
    """The least and greatest value of each part of a file, and None for a part with empty cells."""
    footer = pq.read_metadata(uri)
    names = [footer.schema.column(i).path for i in range(footer.num_columns)]
    if column not in names:
        yield None
        return
    for number in range(footer.num_row_groups):
        part = footer.row_group(number).column(names.index(column)).statistics
        empty = part.null_count if part is not None and part.has_null_count else None
        if empty != 0:
            yield None
        if empty == footer.row_group(number).num_rows:
            continue
        if empty is None or not part.has_min_max or len(part.max) >= SHORTENED:
            yield from ("", "?")
        else:
            yield from (part.min, part.max)


def store_at(address: str, options: dict[str, str]) -> Any:
    """A folder or an object store's address as a pyarrow file system with its root there.

    Arrow's own clients: a store written in Python can lock up with the engine's threads for good.
    """
    from pyarrow.fs import FileSystem, LocalFileSystem, S3FileSystem, SubTreeFileSystem

    kind, _, path = address.rpartition("://")
    if not kind:
        return SubTreeFileSystem(address, LocalFileSystem())
    if kind not in ("s3", "s3a"):
        return SubTreeFileSystem(*reversed(FileSystem.from_uri(address)))
    plain = {key.lower().removeprefix("aws_"): value for key, value in options.items()}
    given = {
        ours: plain.get(name) or os.environ.get(f"AWS_{name.upper()}") for name, ours in S3.items()
    }
    scheme, _, host = (given.pop("endpoint_override") or "https://").rpartition("://")
    store = S3FileSystem(**given, scheme=scheme or "https", endpoint_override=host or None)
    return SubTreeFileSystem(path, store)


def new_file_name() -> str:
    return f"part-{uuid.uuid4().hex}.parquet"


def delta_statistics(path: Path, time_column: str | None) -> dict[str, Any]:
    """Row count and range of the table's own time: all that the log may know of a file."""
    footer = pq.read_metadata(path)
    statistics: dict[str, Any] = {"numRecords": footer.num_rows}
    names = [footer.schema.column(i).path for i in range(footer.num_columns)]
    if time_column not in names or not footer.num_row_groups:
        return statistics
    place = names.index(time_column)
    ranges = [footer.row_group(i).column(place).statistics for i in range(footer.num_row_groups)]
    if all(one is not None and one.has_min_max for one in ranges):
        statistics["minValues"] = {time_column: _plain(min(one.min for one in ranges), up=False)}
        statistics["maxValues"] = {time_column: _plain(max(one.max for one in ranges), up=True)}
        statistics["nullCount"] = {time_column: sum(one.null_count or 0 for one in ranges)}
    return statistics


def _plain(value: date, *, up: bool) -> str:
    """Delta keeps instants to the second here: rounded outwards, so that no row falls outside."""
    if isinstance(value, datetime):
        rounded = value.replace(microsecond=0)
        rounded += timedelta(seconds=up and rounded != value)
        return rounded.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return value.isoformat()
