"""How often the reader errs on the workspace's own texts: those that a person judged without seeing what was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.estimate import Estimate, State
from topofheart.measure.reader import Reader
from topofheart.measure.texts import LABELS, TEXT_OF, Label, given, readings_of
from topofheart.stats.shares import wilson_interval

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST_EACH = 10
SEED = "check-1"
# Of each label: found, of how many that hold it, rightly denied, of how many that do not.
Errors = dict[str, tuple[int, int, int, int]]
JUDGED = ("valence", "emotions", "worry", "worries")
KINDS = ("valence", "emotions", "worries")


def sampled_texts(
    reader: Reader, source: str, by_reader: str, count: int
) -> list[tuple[int, str, str]]:
    """A simple random sample of the texts understood: key, mark and text; the same one each time.

    A larger sample holds the smaller one.
    """
    import ibis

    rows = reader.engine.table(reader.files(source))
    rows = rows.select("key", text=rows[TEXT_OF[source].split(".")[1]])
    told = readings_of(reader, source, by_reader)
    told = told.filter(told.language != "other").select("row_key", "text_mark")
    found = rows.inner_join(told, rows.key == told.row_key)
    chance = ibis.literal(SEED).concat(found.row_key.cast("string")).hexdigest("md5")
    found = found.mutate(chance=chance).order_by("chance", "row_key").limit(count)
    drawn = reader.engine.read(found.select("row_key", "text_mark", "text", "chance")).to_pylist()
    drawn.sort(key=lambda row: (row["chance"], row["row_key"]))
    return [(row["row_key"], row["text_mark"], row["text"]) for row in drawn]


def checked(reader: Reader, sources: Sequence[str], by_reader: str) -> Answer:
    """One row per label judged: the share of the texts with the label in which the reader found it.

    Beside it the counts of both kinds of error, and whether shares are corrected with them.
    """
    rows = tuple(
        Row(_found(counts), {**_of(source, sources), "judged": kind, "label": name}, more=more)
        for source in sources
        for kind in KINDS
        for counted in (_counts(reader, source, by_reader, LABELS[kind]),)
        for _, name, label in LABELS[kind]
        if label in counted
        for counts in (counted[label],)
        for more in (_told(counts),)
    )
    texts = sum(
        checked_texts(reader, source, by_reader, sum((LABELS[one] for one in KINDS), ()))
        for source in sources
    )
    asked = {
        "asked": "check",
        "of": list(sources),
        "reader": by_reader,
        "texts": texts,
        "snapshot": reader.snapshot.number,
    }
    return Answer(rows, asked)


def _of(source: str, sources: Sequence[str]) -> dict[str, str | None]:
    return {"of": source} if len(sources) > 1 else {}


def _found(counts: tuple[int, int, int, int]) -> Estimate:
    found, yes, _, _ = counts
    if not yes:
        return Estimate(None, None, None, 0, "share", "", state=State.NO_EVIDENCE)
    low, high = wilson_interval(found, yes)
    return Estimate(found / yes, float(low), float(high), yes, "share", "Wilson interval")


def _told(counts: tuple[int, int, int, int]) -> dict[str, int | bool]:
    found, yes, denied, no = counts
    return {"found": found, "yes": yes, "denied": denied, "no": no, "corrects": _enough(counts)}


def errors_here(reader: Reader, source: str, by_reader: str, labels: Sequence[Label]) -> Errors:
    """The errors on a table's own texts of each label with enough texts that hold it and that do not."""
    counted = _counts(reader, source, by_reader, labels)
    return {label: counts for label, counts in counted.items() if _enough(counts)}


def _enough(counts: tuple[int, int, int, int]) -> bool:
    return min(counts[1], counts[3]) >= FEWEST_EACH


def checked_texts(reader: Reader, source: str, by_reader: str, labels: Sequence[Label]) -> int:
    """How many texts were judged on one of these labels."""
    rows = _judged(reader, source, by_reader)
    if rows is None:
        return 0
    rows = rows.filter(rows.judged.isin(sorted({column for column, _, _ in labels})))
    return int(reader.engine.read(rows.agg(n=rows.row_key.nunique())).to_pylist()[0]["n"])


def _counts(reader: Reader, source: str, by_reader: str, labels: Sequence[Label]) -> Errors:
    """Of every label that was judged; both languages together."""
    rows = _judged(reader, source, by_reader)
    asked = [label for label in labels if label[0] in JUDGED]
    if rows is None or not asked:
        return {}
    sums = {name: sum for one in asked for name, sum in _sums_of(rows, *one)}
    [found] = reader.engine.read(rows.agg(**sums)).to_pylist()
    counted = {
        label: tuple(int(found[_sum(part, column, name)]) for part in ("hit", "yes", "out", "no"))
        for column, name, label in asked
    }
    return {label: one for label, one in counted.items() if one[1] + one[3]}  # type: ignore[misc]


def _sums_of(rows: ir.Table, column: str, name: str, _: str) -> Iterator[tuple[str, ir.Scalar]]:
    own = rows.judged == column
    held = rows.said.contains(" yes " if column == "worry" else f" {name} ")
    read = given(rows, column, name).fill_null(False)
    parts = {"hit": held & read, "yes": held, "out": ~held & ~read, "no": ~held}
    for part, holds in parts.items():
        yield _sum(part, column, name), rows.count(where=own & holds)


def _sum(part: str, column: str, name: str) -> str:
    return f"{part}_{column}_{name}"


def _judged(reader: Reader, source: str, by_reader: str) -> ir.Table | None:
    """Every judgement beside what was read of the same words; none where nobody judged any."""
    kept = reader.files("checks")
    if not kept.uris:
        return None
    judged = reader.engine.table(kept)
    judged = judged.filter(judged.text_of == TEXT_OF[source])
    judged = judged.select("row_key", "text_mark", "judged", "said")
    told = readings_of(reader, source, by_reader)
    told = told.filter(told.language != "other")
    told = told.select("row_key", "text_mark", "valence", "emotions", "worry", "worries")
    return judged.inner_join(told, ["row_key", "text_mark"])
