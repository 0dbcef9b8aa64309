"""Names, mail addresses and phone numbers stay outside: of the lake, the refused rows and all else kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listen.files import bytes_of, lake_rows, read, uses
from topofheart.lake.duckdb_engine import DuckEngine, literal
from topofheart.lake.secret import workspace_key
from topofheart.listen.identity import plain, pseudonym, pseudonym_sql
from topofheart.workspace import Workspace, open

PEOPLE = """Datum;Naam;E-mail;Telefoon;NPS;Toelichting
04-03-2026;Jan de Vries;Jan.deVries@voorbeeld.nl;06-12345678;9;Prima geholpen, dank jullie wel
05-03-2026;Piet Jansen;piet@voorbeeld.nl;0612345679;x;Bel mij op 06 12 34 56 79 of piet@voorbeeld.nl
06-03-2026;Anna Bakker;anna@voorbeeld.nl;+31 6 12345670
07-03-2026;"Kees Smit;kees@voorbeeld.nl;0612345671;3;Nooit meer bij deze winkel
08-03-2026;Sofie Visser;sofie@voorbeeld.nl;0612345672;0;Ik wacht al weken op jullie antwoord
"""
TELLING = (b"Vries", b"Jansen", b"Bakker", b"Smit", b"Visser", b"voorbeeld", b"12345678", b"12345679", b"34 56",
           b"12345670", b"12345671", b"12345672")  # fmt: skip


def test_names_mail_and_phone_are_in_no_file_that_is_kept(workspace: Workspace) -> None:
    done = read(workspace, PEOPLE)
    assert (done.placed.read, done.placed.new, done.placed.refused) == (5, 2, 3)
    assert done.refused_file is not None
    kept = bytes_of(workspace.folder)
    assert b"weken op jullie antwoord" in kept
    for word in TELLING:
        assert word not in kept, word


def test_refused_file_tells_row_and_reason_but_nobody(workspace: Workspace) -> None:
    done = read(workspace, PEOPLE)
    assert done.refused_file is not None
    lines = done.refused_file.read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["refused_row", "3", "4", "5"]
    assert 'NPS,x,"not a whole number, 0–10"' in lines[1]
    assert "Bel mij op ••• of •••" in lines[1]
    assert "cut off?" in lines[2]
    assert "never closed" in lines[3]


def test_column_that_a_mapping_leaves_out_is_not_among_refused_cells(workspace: Workspace) -> None:
    from topofheart.listen.mapping import ColumnUse, Mapping

    mapping = Mapping(
        "answers",
        "x",
        columns=(
            ColumnUse("NPS", "recommend"),
            ColumnUse("Datum", "answered_at", format="%d-%m-%Y"),
        ),
    )
    read(workspace, PEOPLE, mapping=mapping)
    kept = bytes_of(workspace.folder)
    for word in TELLING:
        assert word not in kept, word


def test_mail_inside_a_comment_stays_in_the_lake(workspace: Workspace) -> None:
    read(
        workspace,
        "Datum;NPS;Toelichting\n04-03-2026;9;Mail mij op jan@voorbeeld.nl alstublieft\n05-03-2026;1;Ik hoor graag iets van jullie\n",
    )
    assert ("Mail mij op jan@voorbeeld.nl alstublieft",) in lake_rows(workspace, "comment")


def test_mail_between_customer_numbers_and_dimensions_is_hidden(workspace: Workspace) -> None:
    rows = "".join(f"04-03-2026;K{i};{i % 11};Noord\n" for i in range(40))
    done = read(
        workspace, "Datum;Klantnummer;NPS;Regio\n" + rows + "05-03-2026;Jan@Voorbeeld.nl;9;Noord\n"
    )
    assert uses(done.mapping)["Klantnummer"] == "customer_id"
    key = workspace_key(workspace.folder)
    assert (pseudonym("jan@voorbeeld.nl", key),) in lake_rows(workspace, "customer_id")
    assert b"oorbeeld" not in bytes_of(workspace.folder)


def test_same_mail_or_phone_is_the_same_customer_in_every_file(workspace: Workspace) -> None:
    read(
        workspace,
        "Datum;E-mail;NPS\n04-03-2026;Jan@Voorbeeld.nl;9\n05-03-2026;x@y.nl;1\n",
        "een.csv",
    )
    read(
        workspace,
        "Date,Your email,Score\n2026-03-09, jan@voorbeeld.NL ,0\n2026-03-09,z@y.nl,10\n",
        "twee.csv",
    )
    read(
        workspace,
        "Datum;Telefoon;NPS\n04-03-2026;06-12345678;9\n05-03-2026;06 1234 5678;3\n",
        "drie.csv",
    )
    counts: dict[str, int] = {}
    for (customer,) in lake_rows(workspace, "customer_id"):
        counts[customer] = counts.get(customer, 0) + 1
    assert sorted(counts.values()) == [1, 1, 2, 2]


def test_other_workspace_gives_other_pseudonyms(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        workspace = open(tmp_path / name / "acme")
        read(workspace, "Datum;E-mail;NPS\n04-03-2026;jan@voorbeeld.nl;9\n05-03-2026;x@y.nl;1\n")
        found.append(set(lake_rows(workspace, "customer_id")))
    assert not found[0] & found[1]


def test_key_of_a_row_without_id_cannot_be_made_without_the_workspace(tmp_path: Path) -> None:
    """Else a name could be guessed by trying: the rest of the row is in the lake."""
    keys = []
    for name in ("a", "b"):
        workspace = open(tmp_path / name / "acme")
        read(workspace, "Datum;Naam;NPS\n04-03-2026;Jan de Vries;9\n05-03-2026;Piet Smit;1\n")
        keys.append(set(lake_rows(workspace, "key")))
    assert not keys[0] & keys[1]


def test_key_of_a_workspace_is_for_its_owner_only(workspace: Workspace) -> None:
    key = workspace_key(workspace.folder)
    assert len(key) == 32
    assert workspace_key(workspace.folder) == key
    if os.name == "posix":
        assert (workspace.folder / "identity.key").stat().st_mode & 0o077 == 0


@settings(max_examples=60, deadline=None)
@given(text=st.text("aBcÉß@. -()+0619_\t\u00a0\n", max_size=20))
def test_pseudonym_in_the_engine_is_the_pseudonym_here(
    text: str, shared_engine: DuckEngine
) -> None:
    key = b"k" * 32
    (found,) = shared_engine.one(
        f"SELECT {pseudonym_sql('t', key)} FROM (SELECT {literal(text)} AS t)"
    )
    assert found == pseudonym(text, key)


@pytest.mark.parametrize(
    ("one", "other"),
    [(" Jan@X.nl ", "jan@x.nl"), ("06-12345678", "06 1234 5678"), ("(020) 123.45.67", "0201234567"), ("jan.s@x.nl", "jan.s@x.nl\u00a0")],
)  # fmt: skip
def test_identity_written_otherwise_is_the_same(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_dots_in_a_mail_address_matter() -> None:
    assert plain("jan.s@x.nl") != plain("jans@x.nl")


def test_forgotten_customer_is_left_out_of_later_files(workspace: Workspace) -> None:
    text = "Datum;E-mail;NPS\n04-03-2026;jan@voorbeeld.nl;9\n05-03-2026;x@y.nl;1\n"
    read(workspace, text)
    workspace.forget("Jan@voorbeeld.nl")
    workspace.maintain()
    again = read(workspace, text).placed
    assert (again.excluded, again.same, again.new) == (1, 1, 0)
