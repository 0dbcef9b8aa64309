"""The texts of a workspace, what was understood of each, and which column tells which label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topofheart.kernel.errors import LakeError, UnknownName
from topofheart.measure.reader import Reader
from topofheart.understand.labels import EMOTIONS, TOPICS, VALENCES, WORRIES

if TYPE_CHECKING:
    import ibis.expr.types as ir

TEXT_OF = {"answers": "answers.comment", "contacts": "contacts.text"}
# Of each label: the column of a reading that tells it, its name there, and its name among all labels.
Label = tuple[str, str, str]
LABELS: dict[str, tuple[Label, ...]] = {
    "emotions": tuple(("emotions", one, f"emotion.{one}") for one in EMOTIONS),
    "valence": tuple(("valence", one, f"valence.{one}") for one in VALENCES),
    "worries": (("worry", "any", "worry"), *(("worries", one, f"worry.{one}") for one in WORRIES)),
    "topics": tuple(("topics", one, f"topic.{one}") for one in TOPICS),
}


def source_of_texts(reader: Reader, of: str | None) -> str:
    """The table whose texts are meant: as asked, where it has any, else the one that has.

    Raises LakeError where no texts are, UnknownName for another table.
    """
    if of is not None and of not in TEXT_OF:
        raise UnknownName(f"'{of}' holds no texts.", hint=f"Choose from: {', '.join(TEXT_OF)}.")
    wanted = [of or "contacts", *TEXT_OF]
    for source in wanted:
        files = reader.files(source)
        column = TEXT_OF[source].split(".")[1]
        if files.uris and column in files.schema.names:
            return source
    raise LakeError(
        "This workspace holds no texts of customers.",
        code="no_texts",
        hint="Read a file with comments or contacts first.",
    )


def source_of_quotes(reader: Reader, of: str | None) -> str:
    """As asked; else comments where there are any, else contacts."""
    if of is not None:
        return source_of_texts(reader, of)
    return next((source for source in TEXT_OF if _holds_texts(reader, source)), "answers")


def _holds_texts(reader: Reader, source: str) -> bool:
    files = reader.files(source)
    if not files.uris:
        return False
    text = reader.engine.table(files)[TEXT_OF[source].split(".")[1]].name("text").as_table()
    return bool(reader.engine.read(text.filter(text.text.notnull()).limit(1)).num_rows)


def has_readings(reader: Reader) -> bool:
    """Whether any text was understood."""
    return bool(reader.files("readings").uris)


def readings_of(reader: Reader, source: str, by_reader: str) -> ir.Table:
    """What this reader understood of the texts of a table."""
    kept = reader.files("readings")
    if not kept.uris:
        raise LakeError(
            "No text of this workspace has been understood yet.",
            code="no_readings",
            hint="topofheart words read WORKSPACE",
        )
    told = reader.engine.table(kept)
    return told.filter((told.text_of == TEXT_OF[source]) & (told.reader == by_reader))


def with_readings(rows: ir.Table, reader: Reader, source: str, by_reader: str) -> ir.Table:
    """The rows of a table beside what this reader understood of their text."""
    told = readings_of(reader, source, by_reader)
    told = told.drop("key", "read_from", "read_row", "updated_at", "reading_id", "customer_id")
    told = told.rename(understood_language="language")
    stray = [name for name in told.columns if name in rows.columns]
    rows = rows.drop(*(name for name in stray if name != "row_key"))
    return rows.inner_join(told, rows.key == told.row_key)


def given(rows: ir.Table, column: str, name: str) -> ir.Column:
    """Whether a text was given this label."""
    if column == "valence":
        return rows.valence == name
    if column == "worry":
        return rows.worry
    return rows[column].contains(f" {name} ")
