"""The mapper: which table a file holds, and which of its columns is the score, the day, the customer.

What is only likely is said as an `Assumption`, for a person to confirm.
"""

from __future__ import annotations

import re

from topofheart.lake.tables import MADE, TABLES
from topofheart.listen.amounts import decimal_of, decimal_of_counts
from topofheart.listen.answer_columns import NAMELESS, SCORES, AnswerColumns
from topofheart.listen.header import Header
from topofheart.listen.known_columns import Guess, bare_amounts, counts_promoters, guess
from topofheart.listen.mapping import Mapping
from topofheart.listen.profile import Profile
from topofheart.listen.proposer import Proposal, plain_name, words_of
from topofheart.listen.stacked import counted_grades
from topofheart.listen.table_columns import TableColumns


def propose(
    header: Header, profiles: list[Profile], *, source: str, time_zone: str, table_name: str | None
) -> Proposal:
    """Propose a mapping for a file from its header and a sample of its values."""
    guessed = _table_of(header, profiles, source)
    name = table_name or guessed.table
    numeric = [
        value
        for profile in profiles
        for value in (profile.said if profile.numbers else bare_amounts(profile))
    ]
    mapping = Mapping(
        table=name,
        source=source,
        tool=header.tool,
        recognised=header.recognised,
        time_zone=header.time_zone or time_zone,
        decimal=(decimal_of_counts if name.endswith("_counts") else decimal_of)(numeric),
    )
    proposer = (AnswerColumns if name == "answers" else TableColumns)(mapping, header, profiles)
    proposer.columns()
    if table_name is None and guessed.others:
        proposer.assume_table(guessed.table, guessed.others)
    return proposer.done()


def _table_of(header: Header, profiles: list[Profile], file: str) -> Guess:
    """The tool's own table; else answers, unless the header carries the names of another table or its
    columns are those of one."""
    if header.recognised:
        return Guess(header.recognised.tool.table)
    names = {plain_name(label) for label in header.labels}
    fits = {
        name: len(names & {column.name for column in declared.columns})
        + 2 * (declared.id in names and declared.id not in declared.by_name)
        for name, declared in TABLES.items()
        if name not in MADE
    }
    if counts_promoters(profiles) or counted_grades(header.labels):
        return Guess("answer_counts")
    best = max(fits, key=lambda name: (fits[name], name == "answers"))
    scored = any(re.search(SCORES[0][1], words_of(label), re.IGNORECASE) for label in header.labels)
    if fits[best] >= 3 and not scored:
        return Guess(best)
    if scored:
        return Guess("answers")
    rated = any(
        re.search(pattern, words_of(one.label), re.IGNORECASE) and one.scores
        for one in profiles
        for _, pattern in (*SCORES, ("", NAMELESS))
    )
    return guess(profiles, file, rated=rated)
