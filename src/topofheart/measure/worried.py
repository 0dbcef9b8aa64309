"""Who fears what, and in which words: customers per kind of worry, and a few of their own sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sensitive import TEXTS, of_harm
from topofheart.measure.texts import with_readings
from topofheart.understand.columns import BETWEEN
from topofheart.understand.labels import WORRIES
from topofheart.understand.reading import PLACE, readings

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHORTEST, LONGEST = 25, 240
CANDIDATES = 20


@dataclass(frozen=True)
class Worried:
    """How many customers fear something, and some of the words in which they say so."""

    people: int
    said: tuple[str, ...] = ()


def worried(reader: Reader, question: Question, *, by_reader: str) -> dict[str, Worried]:
    """For each kind of worry who has it and how it is said: first the words that tell it most clearly by themselves.

    A customer counts once; a text of nobody in particular counts as one. A text that speaks of suicide or
    self-harm counts and is not quoted.
    """
    people = _people(reader, question, by_reader)
    said = _said(reader, question, by_reader)
    return {one: Worried(people[one], tuple(said.get(one, ()))) for one in WORRIES}


def _people(reader: Reader, question: Question, by_reader: str) -> dict[str, int]:
    def build(rows: ir.Table, asked: Question, _: dict[str, Any]) -> ir.Table:
        joined = with_readings(rows, reader, asked.source, by_reader)
        fears = {one: joined.worries.contains(f" {one} ") for one in WORRIES}
        unknown = joined.customer_id.isnull()
        return joined.agg(
            **{
                one: joined.customer_id.nunique(where=has) + joined.count(where=has & unknown)
                for one, has in fears.items()
            }
        )

    counted = reader.engine.read(reader.expression(question, build)).to_pylist()[0]
    return {one: int(counted[one] or 0) for one in WORRIES}


def _said(reader: Reader, question: Question, by_reader: str) -> dict[str, list[str]]:
    import ibis

    def build(rows: ir.Table, asked: Question, _: dict[str, Any]) -> ir.Table:
        joined = with_readings(rows, reader, asked.source, by_reader)
        fit = joined.filter(joined.worry_said.notnull() & ~of_harm(joined[TEXTS[asked.source]]))
        told = fit.select("row_key", "worry_about", "worry_said", others=fit.worries.length())
        order = ibis.window(group_by="worry_about", order_by=[told.others, told.row_key])
        return told.mutate(place=ibis.row_number().over(order)).filter(
            lambda one: one.place < CANDIDATES
        )

    found: dict[str, list[str]] = {}
    rows = reader.engine.read(reader.expression(question, build)).to_pylist()
    for row in sorted(rows, key=lambda one: (one["worry_about"] or "", one["place"])):
        spans = row["worry_said"].split(BETWEEN)
        fit = [span for span in spans if SHORTEST <= len(span) <= LONGEST]
        found.setdefault(row["worry_about"], []).extend(fit)
    return {one: _clearest(one, said) for one, said in found.items() if one in WORRIES}


def _clearest(worry: str, said: list[str]) -> list[str]:
    """The sentences read again, each without the text around it."""
    sure = [one.likely[PLACE[f"worry.{worry}"]] for one in readings(said)]
    order = sorted(range(len(said)), key=lambda place: -sure[place])
    return list(dict.fromkeys(said[place] for place in order))
