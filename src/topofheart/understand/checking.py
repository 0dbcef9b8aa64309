"""What people judged of texts, kept in the lake beside the readings: without the text, tied to its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import InvalidInput
from topofheart.understand.check_file import NONE, Judged, row_key, text_key
from topofheart.understand.columns import listed
from topofheart.understand.storing import TEXTS, keep

if TYPE_CHECKING:
    import pyarrow as pa

    from topofheart.lake.engines import Engine
    from topofheart.lake.lake import Lake


def keep_judged(
    lake: Lake, engine: Engine, reader: str, judged: Sequence[Judged]
) -> tuple[str, ...]:
    """Keep every judgement of a text that is there as it was judged; returns the keys of the others.

    What is judged again is replaced; what is not judged again stays.

    Raises InvalidInput where no text of the file is there.
    """
    texts = _texts(lake, engine, reader, judged)
    unknown = tuple(one.key for one in judged if (one.of, one.key) not in texts)
    if len(unknown) == len(judged):
        raise InvalidInput(
            f"None of the {len(judged)} texts of the file is in this workspace.",
            code="unknown_texts",
            hint="Is it the sample of another workspace, or did the texts change? Draw a new one.",
        )
    now = datetime.now(UTC)
    rows = [
        {
            "check_id": f"{text['text_of']}|{text['row_key']}|{column}",
            "checked_at": now,
            "judged": column,
            "said": listed(names or (NONE,)),
            **text,
        }
        for one in judged
        for text in (texts.get((one.of, one.key)),)
        if text is not None
        for column, names in one.said.items()
    ]
    keep(lake, "checks", _arrow(rows), "checking")
    return unknown


def _texts(
    lake: Lake, engine: Engine, reader: str, judged: Sequence[Judged]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Where the texts of a file stand, and whose they are."""
    kept = lake.files("readings", lake.snapshot())
    keys = sorted({key for one in judged for key in (row_key(one.key),) if key is not None})
    if not kept.uris or not keys:
        return {}
    rows = engine.table(kept)
    rows = rows.filter((rows.reader == reader) & rows.row_key.isin(keys))
    rows = rows.select("row_key", "text_mark", "text_of", "customer_id")
    places = {f"{table}.{texts[0]}": table for table, texts in TEXTS.items()}
    return {
        (places[row["text_of"]], text_key(row["row_key"], row["text_mark"])): row
        for row in engine.read(rows).to_pylist()
        if row["text_of"] in places
    }


def _arrow(rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    texts = ("check_id", "customer_id", "text_of", "text_mark", "judged", "said")
    kinds = [(name, pa.string()) for name in texts]
    kinds += [("row_key", pa.int64()), ("checked_at", pa.timestamp("us", "UTC"))]
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))
