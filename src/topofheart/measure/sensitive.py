"""Words of suicide and self-harm: what speaks of them is for somebody to read, and no quote for a page.

A short list, on the side of caution: a text that it misses may still be quoted, one that it catches is read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from topofheart.measure.beginnings import begins_with
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader

if TYPE_CHECKING:
    import ibis.expr.types as ir

TEXTS = {"answers": "comment", "contacts": "text"}
MYSELF = ("myself", "himself", "herself", "themselves", "yourself", "ourselves")
MY = ("my", "his", "her", "their", "my own", "his own", "her own", "their own")
MEZELF = ("mezelf", "mijzelf", "zichzelf", "me zelf", "mij zelf", "zich zelf")
ENGLISH = (
    *(f"{verb} {one}" for verb in ("kill", "killed", "killing", "harm", "harmed", "harming", "cut",
                                   "cutting") for one in MYSELF),
    *(f"{verb} {one} {life}" for verb in ("end", "ended", "ending", "take", "took", "taken", "taking")
      for one in MY for life in ("life", "lives")),
    "suicid", "self-harm", "selfharm", "overdos", "want to die", "wanted to die", "wants to die",
    "don't want to live", "didn't want to live", "no reason to live", "better off dead",
)  # fmt: skip
DUTCH = (
    *(f"{one} {verb}" for one in MEZELF for verb in ("iets aan", "iets wil", "van het leven", "van kant",
                                                     "snij", "sneed", "verwond", "beschadig")),
    "zelfmoord", "zelfdoding", "suïcid", "zelfbeschadig", "zelfverwond", "automutil", "uit het leven stap",
    "uit het leven gestapt", "een eind aan mijn leven", "een einde aan mijn leven", "een eind aan zijn leven",
    "een einde aan zijn leven", "een eind aan haar leven", "een einde aan haar leven", "niet meer leven",
    "wil dood", "wilde dood", "liever dood",
)  # fmt: skip
PATTERN = "|".join(begins_with(words) for words in (*ENGLISH, *DUTCH))
FOUND = re.compile(PATTERN)


def speaks_of_harm(text: str) -> bool:
    """Whether a text holds words of suicide or self-harm.

    >>> speaks_of_harm("I was afraid I would kill myself."), speaks_of_harm("The wait kills me.")
    (True, False)
    """
    return FOUND.search(text.lower()) is not None


def of_harm(text: ir.Column) -> ir.Column:
    """The same in the engine."""
    return text.lower().re_search(PATTERN)


def texts_of_harm(reader: Reader, question: Question) -> int:
    """How many texts of a question's table are for somebody to read."""

    def build(rows: ir.Table, asked: Question, _: dict[str, Any]) -> ir.Table:
        return rows.agg(n=rows.count(where=of_harm(rows[TEXTS[asked.source]])))

    plain = replace(question, by=(), every=None)
    return int(reader.engine.read(reader.expression(plain, build)).to_pylist()[0]["n"] or 0)
