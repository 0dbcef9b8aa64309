"""Signs in the data that mislead a score: said kindly, with what to look at. Counted in the engine."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from topofheart.measure.doctor.diagnosis import Held, Smell
from topofheart.measure.reader import Reader
from topofheart.stats.shares import wilson_interval
from topofheart.understand.redaction import redacted_label

if TYPE_CHECKING:
    import ibis.expr.types as ir

ENOUGH = 30
STALE_DAYS = 92
MANY_REFUSED = 0.02
MANY_WITHHELD = 0.10
MANY_WITHOUT = 0.5
LOUD_COPIES, SHORTEST_COPY, MANY_COPIES = 3, 25, 0.02
NEARLY_ALL, WORTH_A_LOOK = 0.95, 0.75
MOST_NAMED = 3
TEN = 10


def smells(reader: Reader, folder: Path, held: Mapping[str, Held], today: date) -> Iterator[Smell]:
    """What may mislead, the gravest for a score first."""
    if "answers" in held:
        yield from _of_answers(reader, held["answers"], today)
    if refused := _refused(folder):
        read = sum(one.rows for one in held.values())
        if refused > MANY_REFUSED * (read + refused):
            yield Smell("many_refused", {"n": refused, "share": refused / (read + refused)})
    if "invitations" in held:
        yield from _withheld(reader, held["invitations"])
    for one in held.values():
        if one.last and one.table != "answers" and _in_future(one, today):
            yield Smell("future", {"table": one.table, "last": one.last})


def _of_answers(reader: Reader, answers: Held, today: date) -> Iterator[Smell]:
    filled = answers.filled
    if not filled.get("kind"):
        yield Smell("no_kind")
    if filled.get("customer_id", 0) < MANY_WITHOUT:
        yield Smell("no_customer", {"share": 1 - filled.get("customer_id", 0)})
    if answers.last is None:
        yield Smell("no_days")
    elif answers.first == answers.last and answers.rows >= ENOUGH:
        yield Smell("one_day", {"day": answers.first, "n": answers.rows})
    if _in_future(answers, today):
        yield Smell("future", {"table": "answers", "last": answers.last})
    elif answers.last and (today - answers.last).days > STALE_DAYS:
        yield Smell("stale", {"last": answers.last, "days": (today - answers.last).days})
    if (unknown := filled.get("satisfaction", 0) - filled.get("satisfaction_scale", 0)) > 0:
        yield Smell("scale_unknown", {"n": round(unknown * answers.rows)})
    if filled.get("recommend"):
        yield from _grade_as_recommendation(reader)
        yield from _only_tens(reader)
    if filled.get("comment"):
        yield from _copies(reader)


def _grade_as_recommendation(reader: Reader) -> Iterator[Smell]:
    """A scale of 1–10 shows itself by a lowest answer of 1, given as often as others give 0."""
    rows = _rows(reader, "answers")
    given = rows.filter(rows.recommend.notnull())
    counts = given.group_by("recommend").agg(n=given.count())
    n = {int(row["recommend"]): int(row["n"]) for row in reader.engine.read(counts).to_pylist()}
    if sum(n.values()) >= 4 * ENOUGH and not n.get(0) and n.get(1, 0) >= max(3, n.get(2, 0) / 2):
        yield Smell("perhaps_1_to_10", {"n": sum(n.values()), "ones": n[1]})


def _only_tens(reader: Reader) -> Iterator[Smell]:
    """A unit where nearly everybody gives a 10, while elsewhere they do not."""
    rows = _rows(reader, "answers")
    given = rows.filter(rows.recommend.notnull() & rows.unit.notnull())
    counts = given.group_by("unit").agg(
        n=given.count(), tens=given.count(where=given.recommend == TEN)
    )
    units = reader.engine.read(counts).to_pylist()
    n, tens = (sum(int(row[name]) for row in units) for name in ("n", "tens"))
    found = []
    for row in sorted(units, key=lambda one: str(one["unit"])):
        others = n - int(row["n"])
        if int(row["n"]) < ENOUGH or others < ENOUGH:
            continue
        low, _ = wilson_interval(int(row["tens"]), int(row["n"]), level=0.99)
        elsewhere = (tens - int(row["tens"])) / others
        if row["tens"] >= NEARLY_ALL * row["n"] and low > elsewhere < WORTH_A_LOOK:
            found.append(redacted_label(str(row["unit"])))
    if found:
        yield Smell("only_tens", {"units": found[:MOST_NAMED], "n": len(found)})


def _copies(reader: Reader) -> Iterator[Smell]:
    """Comments that are word for word the same."""
    rows = _rows(reader, "answers")
    said = rows.filter(rows.comment.length() >= SHORTEST_COPY)
    same = said.group_by(words=said.comment.strip().lower()).agg(n=said.count())
    found = reader.engine.read(
        same.agg(n=same.n.sum(), copied=same.n.sum(where=same.n >= LOUD_COPIES))
    ).to_pylist()[0]
    n, copied = int(found["n"] or 0), int(found["copied"] or 0)
    if n >= ENOUGH and copied > MANY_COPIES * n:
        yield Smell("copies", {"n": copied, "share": copied / n})


def _withheld(reader: Reader, invitations: Held) -> Iterator[Smell]:
    rows = _rows(reader, "invitations")
    counted = rows.agg(n=rows.count(where=rows.outcome == "withheld"))
    n = int(reader.engine.read(counted).to_pylist()[0]["n"])
    if invitations.rows >= ENOUGH and n > MANY_WITHHELD * invitations.rows:
        yield Smell("withheld", {"n": n, "share": n / invitations.rows})


def _rows(reader: Reader, table: str) -> ir.Table:
    return reader.engine.table(reader.files(table))


def _in_future(one: Held, today: date) -> bool:
    return one.last is not None and one.last > today


def _refused(folder: Path) -> int:
    """Rows that were refused and wait for repair beside the lake."""
    count = 0
    for path in (folder / "refused").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            count += sum(1 for _ in csv.reader(file)) - 1
    return count
