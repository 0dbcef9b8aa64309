"""A tool's own grouping of a score, held against ours: a check, never an input."""

from __future__ import annotations

from collections import Counter

from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.listen.amounts import number_sql
from topofheart.listen.mapping import Mapping
from topofheart.listen.text_rows import TextRows

WORDS = {3: r"3|prom.*", 2: r"2|(pass|neutr).*", 1: r"1|(detr|crit|tegen).*"}


def disagreeing_groups(engine: DuckEngine, rows: TextRows, mapping: Mapping) -> Counter[str]:
    """How many rows of a recommendation are in another group than the score says."""
    score = mapping.of("recommend")
    groups = [group for group, of in rows.header.groups.items() if score and of == score.name]
    if score is None or not groups:
        return Counter()
    place = {label: f"c{i}" for i, label in enumerate(rows.labels)}
    value = number_sql(place[score.name], mapping.decimal)
    ours = f"CASE WHEN {value} >= 9 THEN 3 WHEN {value} >= 7 THEN 2 ELSE 1 END"
    told = " ".join(
        f"WHEN regexp_full_match(lower(trim({place[groups[0]]})), '{words}') THEN {group}"
        for group, words in WORDS.items()
    )
    (count,) = engine.one(
        f"SELECT count(*) FROM ({rows.select}) WHERE trouble IS NULL AND {value} IS NOT NULL "
        f"AND CASE {told} END <> {ours}"
    )
    return Counter(group_disagrees=count)
