"""Erasure: after maintenance not one byte of the customer is left, and nobody else has changed.

The same search must find everything beforehand: a search that finds nothing proves nothing.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

import topofheart.workspace as toh
from lake.survey import (
    answered,
    answers,
    mapping,
    places_of,
    read,
    rows_of,
    scores,
    unreferenced,
    write,
)
from topofheart.kernel.errors import InvalidInput, LakeError
from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.erasure import Erased
from topofheart.lake.secret import workspace_key
from topofheart.lake.snapshots import Snapshot
from topofheart.listen.identity import pseudonym
from topofheart.workspace import Workspace

ID = "klant-0471"
MAIL = "Annelies.Vandevelde@example.nl"
SAID = "mijn hond heet Bartholomeus"
STREET = "Rozenhoedkaai"
DAY = "1999-12-31"
OTHERS = range(100, 160)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One customer in three tables, in refused rows and in kept sums, by id and by mail address."""
    tmp_path = tmp_path_factory.mktemp("template")
    workspace = toh.open(tmp_path / "w")
    own = answers(range(5), customer=ID, comment=SAID, wijk=STREET, day=f"{DAY} 10:30")
    bad = answers([5], customer=ID, score=11, comment=SAID, wijk=STREET)
    others = answers(OTHERS, wijk="Markt")
    read(workspace, write(tmp_path / "answers.csv", own + bad + others))
    read(workspace, write(tmp_path / "more.csv", answers(OTHERS, score=7, wijk="Markt")))
    people = [
        {"customer": one, "segment": "stad", "since": "2020-01-01"} for one in (ID, "c1", "c2")
    ]
    read(workspace, write(tmp_path / "customers.csv", people), "customers")
    calls = [
        {"id": str(n), "mail": mail, "called": "2025-03-03 09:00", "words": words}
        for n, (mail, words) in enumerate(
            [(MAIL, f"bel mij op {MAIL}"), ("b@example.nl", "anders"), (MAIL, SAID)]
        )
    ]
    read(workspace, write(tmp_path / "contacts.csv", calls), "contacts")
    workspace.nps(by="wijk", clusters=False)
    return tmp_path


@pytest.fixture
def workspace(template: Path, tmp_path: Path) -> Workspace:
    """A copy of that workspace, with its files beside it."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return toh.open(tmp_path / "w")


def named(workspace: Workspace) -> list[str]:
    return [ID, MAIL, pseudonym(MAIL, workspace_key(workspace.folder)), SAID, STREET]


def test_forget_by_id_and_by_mail_leaves_no_byte_anywhere(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder, needles = tmp_path / "w", named(workspace)
    before = places_of(folder, needles)
    assert all(before.values())
    assert "lake/answers/_delta_log" in {
        str(Path(one).parent) for one in places_of(folder, [DAY])[DAY]
    }
    assert {place.split("/")[0] for place in set().union(*before.values())} == {
        "lake",
        "refused",
        "sums.sqlite3",
    }
    others = {key: score for key, score in scores(workspace).items() if int(key[1:]) in OTHERS}
    workspace.forget(ID)
    workspace.forget(MAIL.upper())
    assert places_of(folder, [ID, MAIL.upper()])[ID] > before[ID]
    assert workspace.maintain().erased == Erased(customers=2, rows=5 + 1 + 2)
    needles += [MAIL.upper(), MAIL.lower(), DAY]
    assert places_of(folder, needles) == {needle: set() for needle in needles}
    assert scores(workspace) == others
    assert [row["customer_id"] for row in rows_of(workspace, "customers")] == ["c1", "c2"]
    assert [row["text"] for row in rows_of(workspace, "contacts")] == ["anders"]
    assert unreferenced(folder) == []


def test_forget_reaches_free_pages_of_the_kept_sums(workspace: Workspace, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "w" / "sums.sqlite3") as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM kept")
    connection.close()
    assert places_of(tmp_path / "w", [STREET])[STREET] >= {"sums.sqlite3"}
    workspace.forget(ID)
    workspace.maintain()
    assert places_of(tmp_path / "w", [STREET])[STREET] == set()


def test_forget_before_maintenance_changes_nothing_yet(workspace: Workspace) -> None:
    before = scores(workspace)
    workspace.forget(ID)
    assert scores(toh.open(workspace.folder)) == before


def test_snapshot_before_an_erasure_says_that_history_is_gone(workspace: Workspace) -> None:
    assert answered(workspace, as_of=1)[0] == 65
    workspace.forget(ID)
    workspace.maintain()
    for number in (1, 2, 4):
        with pytest.raises(LakeError, match=f"snapshot {number} is gone") as gone:
            toh.open(workspace.folder).nps(as_of=number)
        assert gone.value.code == "history_gone"
    assert answered(workspace) == answered(workspace, as_of=5) == (60, answered(workspace)[1])


def test_file_of_before_an_erasure_read_again_holds_them_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.forget(ID)
    workspace.forget(MAIL)
    workspace.maintain()
    again = read(workspace, tmp_path / "answers.csv").placed
    assert (again.excluded, again.new, again.refused) == (6, 0, 0)
    assert read(workspace, tmp_path / "customers.csv", "customers").placed.excluded == 1
    assert read(workspace, tmp_path / "contacts.csv", "contacts").placed.excluded == 2
    assert places_of(tmp_path / "w", named(workspace)) == {
        needle: set() for needle in named(workspace)
    }


def test_erasure_asked_again_is_done_again_without_harm(workspace: Workspace) -> None:
    for expected in (Erased(1, 6), Erased(1, 0)):
        workspace.forget(ID)
        assert workspace.maintain().erased == expected
    record = (workspace.folder / "erasures.jsonl").read_text().splitlines()
    assert len(record) == 2
    assert ID not in "".join(record)


def test_maintenance_without_anything_to_do_writes_nothing(workspace: Workspace) -> None:
    workspace.maintain()

    def stored() -> dict[Path, tuple[bytes, int]]:
        found = (path for path in workspace.folder.rglob("*") if path.is_file())
        return {
            path: (path.read_bytes(), path.stat().st_mtime_ns)
            for path in found
            if path.suffix != ".lock"
        }

    before = stored()
    done = workspace.maintain()
    assert (done.erased, done.compacted, done.deleted) == (Erased(0, 0), 0, 0)
    assert stored() == before


def test_forget_nobody_is_refused_and_an_unknown_customer_is_not(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput):
        workspace.forget("  ")
    workspace.forget("unknown@example.nl")
    assert workspace.maintain().erased == Erased(1, 0)


def test_request_that_comes_while_others_are_carried_out_is_kept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from topofheart.lake.lake import Writer

    close = Writer.close

    def meanwhile(writer: Writer, about: Snapshot) -> Snapshot:
        workspace.forget("c1")
        return close(writer, about)

    workspace.forget(ID)
    with monkeypatch.context() as busy:
        busy.setattr(Writer, "close", meanwhile)
        assert workspace.maintain().erased.customers == 1
    assert "c1" in {row["customer_id"] for row in rows_of(workspace)}
    assert workspace.maintain().erased == Erased(1, rows=sum(n % 20 == 1 for n in OTHERS) + 1)
    assert "c1" not in {row["customer_id"] for row in rows_of(workspace)}


def test_erasure_reaches_every_table_with_customers(tmp_path: Path) -> None:
    from topofheart.lake.tables import TABLES

    workspace = toh.open(tmp_path)
    people = [one for one in TABLES.values() if one.people]
    with workspace.lake.writing() as writer:
        for one in people:
            rows = [{one.id: who, "customer_id": who, "unit": who} for who in (ID, "c1")]
            if "unit" not in one.by_name:
                rows = [{key: row[key] for key in row if key != "unit"} for row in rows]
            add_rows(writer, DuckEngine(), one.name, rows)
        writer.close(Snapshot(0, {}, "import"))
    assert len(places_of(tmp_path, [ID])[ID]) == len(people) == 9
    workspace.forget(ID)
    assert workspace.maintain().erased.rows == 9
    assert places_of(tmp_path, [ID])[ID] == set()


def test_small_files_are_put_together_and_say_the_same(tmp_path: Path) -> None:
    workspace = toh.open(tmp_path / "w")
    for part in range(9):
        rows = answers(range(part * 10, part * 10 + 10), **({"wijk": "west"} if part > 4 else {}))
        read(workspace, write(tmp_path / "part.csv", rows))
    before, asked = scores(workspace), answered(workspace)
    done = workspace.maintain()
    assert done.compacted == 9
    assert len(workspace.lake.files("answers", workspace.lake.snapshot()).uris) == 1
    assert (scores(workspace), answered(workspace)) == (before, asked)
    assert answered(workspace, as_of=5)[0] == 50
    assert read(workspace, tmp_path / "part.csv").placed.same == 10
    assert unreferenced(tmp_path / "w") == []


def test_mapping_kept_with_an_erased_customer_excluded_holds_no_identity(
    workspace: Workspace,
) -> None:
    """The mapping beside the data names columns and kinds of rows only."""
    kept = "".join(path.read_text() for path in (workspace.folder / "mappings").glob("*.toml"))
    assert kept
    assert not any(needle in kept for needle in named(workspace))
    assert mapping(workspace.folder.parent / "answers.csv").exclude == {}


def test_rows_added_of_an_erased_customer_are_excluded(tmp_path: Path) -> None:
    workspace = toh.open(tmp_path)
    rows = [
        {"answer_id": str(n), "customer_id": who, "recommend": 9}
        for n, who in enumerate((ID, "c1", None))
    ]
    for round_ in range(2):
        with workspace.lake.writing() as writer:
            placed = add_rows(writer, DuckEngine(), "answers", rows)
            writer.close(Snapshot(0, {}, "import"))
        assert (placed.excluded, placed.new) == ((0, 3), (1, 0))[round_]
        workspace.forget(ID)
        workspace.maintain()
    assert {row["customer_id"] for row in rows_of(workspace)} == {"c1", None}
