"""Which state of the lake a published figure shows: it moves only when enough customers moved it.

All states are gone through from the first that is left. A cell stays as it was until the customers whose
answers in it were added, changed or taken away since add up to the threshold; then it shows the new
state. So the same question of the same snapshot has the same answer, whoever asked what before, and two
figures of one cell from different days never differ by a few customers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.lake.files import Files
from topofheart.lake.snapshots import Snapshot
from topofheart.measure.cells import Cells, Key
from topofheart.measure.metrics import metric_named
from topofheart.measure.people import peopled
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sums import columns_of_cells, score_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

SAME_ROWS = "maintenance"
NEW_BEGINNING = "erasure"
BEFORE = -1


def states(reader: Reader, question: Question) -> list[Reader]:
    """The states of the question's tables up to the reader's own, oldest first.

    An erasure takes all states before it away: there the history begins again.
    """
    tables = {question.source} | {table for table, _ in reader.located(question).values()}
    found: list[tuple[dict[str, int | None], Snapshot]] = []
    for one in _history(reader):
        versions = {name: one.versions.get(name) for name in tables}
        if found and (versions == found[-1][0] or one.act == SAME_ROWS):
            found.pop()
        found.append((versions, one))
    return [*(Earlier(reader, one) for _, one in found[:-1]), reader]


class Earlier(Reader):
    """An earlier state of the lake, read with the columns of the present one."""

    def __init__(self, present: Reader, snapshot: Snapshot) -> None:
        super().__init__(present.lake, present.engine, snapshot)
        self.present = present

    def files(self, table: str) -> Files:
        return replace(super().files(table), schema=self.present.files(table).schema)

    def located(self, question: Question) -> dict[str, tuple[str, str]]:
        return self.present.located(question)


def _history(reader: Reader) -> list[Snapshot]:
    every = [one for one in reader.lake.snapshots.all() if one.number <= reader.snapshot.number]
    beginnings = [place for place, one in enumerate(every) if one.act == NEW_BEGINNING]
    return every[beginnings[-1] if beginnings else 0 :]


@dataclass(frozen=True)
class Release:
    """Which state a cell shows, by its place in the history, and which one it showed before.

    A larger cell around it has moved at least as often, so it shows no state from before `previous`.
    """

    place: int
    previous: int = BEFORE


def published(history: list[Reader], question: Question, *, fewest: int) -> dict[Key, Release]:
    """What each cell shows; cells that have never had enough customers are left out."""
    shown: dict[Key, Release] = {}
    for place in range(len(history)):
        touched = moved(history, place - 1, place, question, fewest=fewest)
        showing = {key: shown[key].place if key in shown else BEFORE for key in touched}
        for since in set(showing.values()):
            people = touched
            if since != place - 1:
                people = moved(history, since, place, question, fewest=fewest)
            shown |= {
                key: Release(place, since)
                for key in touched
                if showing[key] == since and people.get(key, 0) >= fewest
            }
    return shown


def moved(
    history: list[Reader], since: int, place: int, question: Question, *, fewest: int
) -> dict[Key, float]:
    """How many customers' answers differ between two states, per cell."""
    later = history[place]
    if since == BEFORE:
        return _people(peopled(later, question, fewest=fewest))
    earlier = history[since]
    if question.source != "answers":
        return _moved_totals(earlier, later, question)
    before, after = (one.files(question.source) for one in (earlier, later))
    if _customers(earlier, question) != _customers(later, question):
        return _people(_differing(earlier, later, before, after, question))
    gone, fresh = _less(before, after), _less(after, before)
    if gone.uris:
        return _people(_differing(earlier, later, gone, fresh, question))
    return _people(later.counted(replace(question, clusters=True), fresh)) if fresh.uris else {}


def _people(cells: Cells) -> dict[Key, float]:
    return dict(zip(cells.keys, cells.people.tolist(), strict=True))


def _customers(reader: Reader, question: Question) -> int | None:
    """The version of the table of customers, where the question splits by what it says."""
    used = any(table == "customers" for table, _ in reader.located(question).values())
    return reader.snapshot.versions.get("customers") if used else None


def _less(files: Files, others: Files) -> Files:
    there = {uri.rsplit("/", 1)[-1] for uri in others.uris}
    return replace(files, uris=[one for one in files.uris if one.rsplit("/", 1)[-1] not in there])


def _differing(
    earlier: Reader, later: Reader, gone: Files, fresh: Files, question: Question
) -> Cells:
    """Customers with a row in one of two sets of files that is not, alike, in the other."""
    rows = [
        reader.expression_over(question, files, _signed(question, sign))
        for reader, files, sign in ((earlier, gone, -1), (later, fresh, 1))
        if files.uris
    ]
    both = rows[0].union(rows[1]) if len(rows) > 1 else rows[0]
    alike = [name for name in both.columns if name != "sign"]
    netted = both.group_by(alike).agg(left=both.sign.sum())
    people = _customers_of(netted.filter(netted.left != 0), alike)
    return later.cells_from(later.engine.read(people), question)


def _signed(question: Question, sign: int) -> Any:
    metric = metric_named(question.metric)

    def build(rows: ir.Table, asked: Question, split: dict[str, ir.Column]) -> ir.Table:
        import ibis

        cells = columns_of_cells(rows, asked, metric, split)
        scored = rows.select(
            **cells,
            customer_id=rows.customer_id,
            row_key=rows.key,
            answer=score_of(rows, metric).cast("float64"),
            sign=ibis.literal(sign, "int64"),
        )
        return scored.filter(scored.answer.notnull())

    return build


def _customers_of(rows: ir.Table, columns: list[str]) -> ir.Table:
    """Customers per cell in the shape of a score's sums; a row without a customer is one of its own."""
    import ibis

    cells = [name for name in columns if name not in ("customer_id", "row_key", "answer")]
    each = rows.group_by([*cells, "customer_id"]).agg(keys=rows.row_key.nunique())
    people = ibis.ifelse(each.customer_id.isnull(), each["keys"], 1).sum().cast("float64")
    counted = {"n": people, "clusters": people}
    found = each.group_by(cells).agg(**counted) if cells else each.agg(**counted)
    nothing = {
        name: ibis.literal(0.0)
        for name in ("total", "squares", "low", "high", "sum_s2", "sum_sn", "sum_n2")
    }
    return found.mutate(**nothing)


def _moved_totals(earlier: Reader, later: Reader, question: Question) -> dict[Key, float]:
    """Of totals only the counts are known: the largest step of any of them."""
    sides = [one.counted(question) for one in (earlier, later)]
    found: dict[Key, float] = {}
    rows = [
        {
            key: np.array([cells.n[i], cells.low[i], cells.high[i]])
            for i, key in enumerate(cells.keys)
        }
        for cells in sides
    ]
    for key in {*rows[0], *rows[1]}:
        step = np.abs(rows[1].get(key, np.zeros(3)) - rows[0].get(key, np.zeros(3)))
        if step.max() > 0:
            found[key] = float(step.max())
    return found
