"""Texts understood once and kept: read again only when new or changed, by consent, and gone with their customer."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import topofheart as toh
from lake.survey import children, places_of, rows_of, unreferenced
from small_organisation import REPLIED, answers, make, said_contacts
from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.snapshots import Snapshot
from topofheart.understand import storing, workers
from topofheart.understand.labels import OF_A_TEXT
from topofheart.understand.reader import Scores
from topofheart.understand.storing import Understood, understand

PLACE = {name: place for place, name in enumerate(OF_A_TEXT)}
TODAY = date.today()
SAID = "mijn cavia lust paardenbloemen"


@dataclass
class Noting:
    """A reader to whom all is Dutch, neutral and joyful, and who notes what it was given."""

    name: str = "noting-1"
    thresholds: dict[str, float] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)

    def scores(self, texts: Sequence[str]) -> Scores:
        self.given += texts
        labels = np.zeros((len(texts), len(OF_A_TEXT)), np.float32)
        for name in ("language.nl", "valence.neutral", "emotion.joy", "worry", "act.ask"):
            labels[:, PLACE[name]] = 1
        spans = [[(0, len(text))] for text in texts]
        return Scores(labels, spans, spans)


def contacts(*texts: str | None, first: int = 0, **more: Any) -> pa.Table:
    moment = datetime(2025, 3, 3, 12, tzinfo=UTC)
    count = len(texts)
    return pa.table(
        {
            "contact_id": [f"C{first + i}" for i in range(count)],
            "customer_id": [f"K{first + i}" for i in range(count)],
            "contacted_at": pa.array([moment] * count, pa.timestamp("us", "UTC")),
            "text": pa.array(texts, pa.string()),
            **more,
        }
    )


def add(workspace: toh.Workspace, rows: pa.Table) -> None:
    engine = DuckEngine()
    with workspace.lake.writing() as writer:
        add_rows(writer, engine, "contacts", rows, source="test")
        writer.close(Snapshot(0, {}, "import", "test"))
    engine.close()


def read_by(workspace: toh.Workspace, reader: Noting, **how: Any) -> Understood:
    return understand(workspace.lake, workspace.reader().engine, reader, **how)


def readings(workspace: toh.Workspace) -> list[dict[str, Any]]:
    return rows_of(workspace, "readings")


def test_every_comment_and_contact_is_read_once(tmp_path: Path) -> None:
    tables = {"contacts": [contacts("een", "", None, "twee")], "answers": [answers(9, seed=1)]}
    workspace = make(tmp_path / "w", tables)
    reader, told = Noting(), []
    done = read_by(workspace, reader, progress=lambda read, total: told.append((read, total)))
    assert done == Understood(5, 0)
    assert told[-1] == (5, 5)
    assert Counter(row["text_of"] for row in readings(workspace)) == {
        "answers.comment": 3,
        "contacts.text": 2,
    }
    before = workspace.lake.snapshot().number
    assert read_by(workspace, reader) == Understood(0, 0)
    assert len(reader.given) == 5
    assert workspace.lake.snapshot().number == before


def test_only_what_is_new_or_changed_is_read_again(tmp_path: Path) -> None:
    workspace = make(tmp_path / "w", {"contacts": [contacts("een", "twee", "drie")]})
    reader = Noting()
    read_by(workspace, reader)
    add(workspace, contacts("een", "twee, maar anders", "drie", "vier"))
    assert read_by(workspace, reader).read == 2
    assert sorted(reader.given[3:]) == ["twee, maar anders", "vier"]
    said = {row["row_key"]: row["worry_said"] for row in readings(workspace)}
    assert sorted(said.values()) == ["drie", "een", "twee, maar anders", "vier"]
    add(workspace, contacts("een", channel=["chat"]))
    assert read_by(workspace, reader).read == 0


def test_no_more_texts_than_asked_for_are_read_and_always_the_same(tmp_path: Path) -> None:
    texts = [f"tekst nummer {i}" for i in range(60)]
    given = []
    for folder in ("one", "two"):
        workspace, reader = make(tmp_path / folder, {"contacts": [contacts(*texts)]}), Noting()
        for _ in range(2):
            understand(workspace.lake, workspace.reader().engine, reader, most=20)
        given.append(sorted(reader.given))
    assert given[0] == given[1]
    assert len(given[0]) == len(set(given[0])) == 20
    assert given[0] != sorted(texts)[:20]
    left = understand(workspace.lake, workspace.reader().engine, reader)
    assert left.read == 40


def test_new_reader_reads_all_and_both_are_kept(tmp_path: Path) -> None:
    workspace = make(tmp_path / "w", {"contacts": [contacts("een", "twee")]})
    assert read_by(workspace, Noting()).read == 2
    assert read_by(workspace, Noting("noting-2")).read == 2
    assert Counter(row["reader"] for row in readings(workspace)) == {"noting-1": 2, "noting-2": 2}
    assert read_by(workspace, Noting()).read == 0


def test_reader_gets_no_personal_data(tmp_path: Path) -> None:
    reader = Noting()
    texts = contacts("Mail jan@example.nl of bel 06-12345678", "Mijn IBAN is NL91ABNA0417164300")
    read_by(make(tmp_path / "w", {"contacts": [texts]}), reader)
    assert len(reader.given) == 2
    assert not any(
        one in "".join(reader.given) for one in ("jan@", "12345678", "NL91ABNA0417164300")
    )


def test_replies_are_read_with_consent_only_and_of_them_no_feeling_is_kept(tmp_path: Path) -> None:
    rows = contacts("een", "twee", reply=[REPLIED, None])
    workspace = make(tmp_path / "w", {"contacts": [rows]})
    reader = Noting()
    assert read_by(workspace, reader).read == 2
    assert REPLIED not in reader.given
    assert read_by(workspace, reader, replies=True).read == 1
    (reply,) = (row for row in readings(workspace) if row["text_of"] == "contacts.reply")
    assert reply["acts"] == " ask "
    felt = [name for name in reply if name.startswith("p_")]
    felt += ["valence", "emotions", "worry", "worry_said", "worry_about", "asks", "question"]
    assert {name: reply[name] for name in felt} == dict.fromkeys(felt)


@pytest.mark.parametrize(
    ("consent", "kept"),
    [(None, 0), (TODAY.replace(year=TODAY.year + 1, day=1), 0), (date(2024, 5, 1), 3)],
)
def test_consent_of_the_works_council_decides_in_a_workspace(
    tmp_path: Path, consent: date | None, kept: int
) -> None:
    folder = tmp_path / "w"
    make(folder, {"contacts": [contacts("een", "twee", "drie", reply=[REPLIED] * 3)]})
    if consent:
        (folder / "config.toml").write_text(f"works_council_consent = {consent}\n")
    workspace = toh.open(folder)
    workspace.understand()
    assert sum(row["text_of"] == "contacts.reply" for row in readings(workspace)) == kept


def test_texts_without_words_are_counted_and_nothing_is_told_of_them(tmp_path: Path) -> None:
    strange = ["😀😀", "12 345 !!", "…", "€ 4,50"]
    workspace = make(tmp_path / "w", {"contacts": [contacts(*strange, "Waar blijft mijn pakket?")]})
    assert workspace.understand() == Understood(5, 4)
    told = [row for row in readings(workspace) if row["language"] == "other"]
    assert len(told) == 4
    assert {(row["valence"], row["emotions"], row["asks"], row["topics"]) for row in told} == {
        (None, None, None, None)
    }


def test_parts_together_read_every_text_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "AT_ONCE", 7)
    texts = [f"tekst {i}" for i in range(40)]
    workspace = make(tmp_path / "w", {"contacts": [contacts(*texts)]})
    reader = Noting()
    assert read_by(workspace, reader).read == 40
    assert sorted(reader.given) == sorted(texts)


def test_several_processes_understand_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for processes in (1, 2):
        workspace = make(tmp_path / f"w{processes}", {"contacts": [said_contacts(200)]})
        monkeypatch.setattr(storing, "WORTH_A_PROCESS", 10)
        monkeypatch.setattr(workers, "SHARE", 30)
        understand(workspace.lake, workspace.reader().engine, processes=processes)
        rows = sorted(readings(workspace), key=lambda row: row["reading_id"].split("|")[1])
        found.append([{**row, "updated_at": None} for row in rows])
    assert found[0] == found[1]


def _understand_and_die(folder: Path, after: int) -> None:
    import os

    storing.AT_ONCE = 10
    keep, done = storing.keep, iter(range(1000))

    def dying(*args: Any) -> None:
        if next(done) == after:
            os.kill(os.getpid(), signal.SIGKILL)
        keep(*args)

    storing.keep = dying
    read_by(toh.open(folder), Noting())


@pytest.mark.parametrize("after", [0, 2])
def test_understanding_killed_between_parts_loses_no_text(tmp_path: Path, after: int) -> None:
    folder = tmp_path / "w"
    texts = [f"tekst {i}" for i in range(60)]
    make(folder, {"contacts": [contacts(*texts)]})
    child = children("spawn").Process(target=_understand_and_die, args=(folder, after))
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL
    workspace, reader = toh.open(folder), Noting()
    kept = len(readings(workspace))
    assert (kept > 0) == (after > 0)
    assert read_by(workspace, reader).read == 60 - kept
    assert sorted(row["worry_said"] for row in readings(workspace)) == sorted(texts)
    workspace.maintain()
    assert unreferenced(folder) == []


def test_customer_who_is_forgotten_takes_their_readings_along(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    workspace = make(folder, {"contacts": [contacts(SAID, "Een heel andere tekst")]})
    read_by(workspace, Noting())
    needles = [SAID, "paardenbloemen", "K0"]
    before = places_of(folder, needles)
    for needle in needles:
        assert any(place.startswith("lake/readings/") for place in before[needle]), needle
    workspace.forget("K0")
    assert workspace.maintain().erased.rows == 2
    assert places_of(folder, needles) == {needle: set() for needle in needles}
    assert [row["worry_said"] for row in readings(workspace)] == ["Een heel andere tekst"]
    assert read_by(workspace, Noting()).read == 0
    assert read_by(workspace, Noting("noting-2")).read == 1


def test_customer_forgotten_while_texts_are_read_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the erasure and would be written after it."""
    folder = tmp_path / "w"
    workspace = make(folder, {"contacts": [contacts(SAID, "Een heel andere tekst")]})
    told = storing._told

    def meanwhile(*args: Any, **how: Any) -> Any:
        found = told(*args, **how)
        workspace.forget("K0")
        workspace.maintain()
        return found

    with monkeypatch.context() as busy:
        busy.setattr(storing, "_told", meanwhile)
        read_by(toh.open(folder), Noting())
    assert places_of(folder, ["paardenbloemen"])["paardenbloemen"] == set()
    assert len(readings(workspace)) == 1
