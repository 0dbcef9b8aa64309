"""An answer as a data frame: Arrow, and from it pandas and polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from topofheart.answer.text import flat

if TYPE_CHECKING:
    import polars

    from topofheart.answer.answer import Answer


def as_arrow(answer: Answer) -> pa.Table:
    """One row per estimate; nested estimates become columns of their own."""
    rows = [flat(row.as_dict()) for row in answer]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def as_polars(answer: Answer) -> polars.DataFrame:
    import polars

    frame = polars.from_arrow(as_arrow(answer))
    assert isinstance(frame, polars.DataFrame)
    return frame
