"""The mapping file: written, edited, kept, and used again for the next file of the same source."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listen.files import HEADER, ROWS, lake_rows, read, uses
from topofheart.kernel.errors import InvalidInput, UnknownName
from topofheart.listen.mapping import ColumnUse, Mapping, checked, read_mapping
from topofheart.workspace import Workspace

NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
USE = st.builds(
    ColumnUse,
    name=NAME,
    pseudonym=st.booleans(),
    withhold=st.booleans(),
    format=st.sampled_from(["", "iso", "%d-%m-%Y %H:%M", "leading"]),
)
ROUND_TRIP = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@ROUND_TRIP
@given(
    uses=st.lists(USE, max_size=6, unique_by=lambda use: use.name),
    source=NAME.filter(lambda name: bool(name.strip())),
    exclude=st.dictionaries(NAME, st.lists(NAME, max_size=2), max_size=2),
)
def test_mapping_with_any_names_comes_back_the_same(
    uses: list[ColumnUse], source: str, exclude: dict[str, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:  # fmt: skip
    mapping = Mapping("answers", source, columns=tuple(uses), exclude=exclude,
                      constants={"satisfaction_scale": "1-10", "unit": 'Den "Haag"\n\x7f'})  # fmt: skip
    path = tmp_path_factory.mktemp("m") / "m.toml"
    path.write_text(mapping.to_toml(), encoding="utf-8")
    assert read_mapping(path) == mapping


GOOD = 'table = "answers"\nsource = "x"\n'


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (GOOD + 'colour = "red"\n', UnknownName, "colour"),
        (GOOD + '[[columns]]\nname = "a"\ntarget = "comment"\n', UnknownName, "target"),
        (GOOD + '[[columns]]\nname = "a"\nto = "coment"\n', UnknownName, "coment"),
        (GOOD + '[[columns]]\nname = "a"\nto = "d_Regio"\n', UnknownName, "d_Regio"),
        (GOOD + '[[columns]]\nname = "a"\nto = "d_x; DROP"\n', UnknownName, "DROP"),
        (
            GOOD + '[[columns]]\nname = "a"\nto = "unit"\n[[columns]]\nname = "b"\nto = "unit"\n',
            InvalidInput,
            "Two columns",
        ),
        (
            GOOD + '[constants]\nunit = "x"\n[[columns]]\nname = "b"\nto = "unit"\n',
            InvalidInput,
            "Two columns",
        ),
        (GOOD + '[[columns]]\nname = "a"\n[[columns]]\nname = "a"\n', InvalidInput, "twice"),
        (GOOD + '[[columns]]\nto = "unit"\n', InvalidInput, "'name'"),
        (GOOD + 'columns = "alle"\n', InvalidInput, "columns"),
        (GOOD + "decimal = 5\n", InvalidInput, "decimal"),
        (GOOD + 'decimal = ";"\n', InvalidInput, "decimal"),
        (GOOD + 'time_zone = "Europe/Mokum"\n', InvalidInput, "Mokum"),
        (GOOD + '[constants]\nsatisfaction_scale = "1-6"\n', UnknownName, "1-6"),
        (GOOD + "[constants]\nunit = 5\n", UnknownName, "5"),
        ('table = "answers"\nsource = " "\n', InvalidInput, "source"),
        ('table = "antwoorden"\nsource = "x"\n', UnknownName, "antwoorden"),
        ('source = "x"\n', InvalidInput, "'table'"),
        ("table = \n", InvalidInput, "cannot be read"),
    ],
)
def test_mapping_with_a_mistake_is_refused_by_name(
    text: str, error: type[Exception], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text)
    with pytest.raises(error, match=says) as raised:
        read_mapping(path)
    assert raised.value.hint or says == "decimal"  # type: ignore[attr-defined]


def test_unknown_target_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownName) as error:
        checked(Mapping("answers", "x", columns=(ColumnUse("a", "coment"),)))
    assert "comment" in str(error.value.hint)


def test_column_that_the_file_lacks_is_refused_with_those_it_has(workspace: Workspace) -> None:
    mapping = Mapping("answers", "x", columns=(ColumnUse("Cijfer", "satisfaction"),))
    with pytest.raises(InvalidInput, match="Cijfer") as error:
        read(workspace, HEADER + ROWS, mapping=mapping)
    assert "Klantnummer" in str(error.value.hint)
    assert workspace.lake.snapshot().number == 0


def test_mapping_is_kept_and_used_again_for_the_next_month(workspace: Workspace) -> None:
    first = read(workspace, HEADER + ROWS, "klanten-2026-03.csv")
    path = workspace.folder / "mappings" / "klanten.toml"
    path.write_text(path.read_text().replace('to = "d_regio"', 'to = "unit"'))
    later = ROWS.replace("-03-2026", "-04-2026")
    second = read(workspace, HEADER + later, "klanten-2026-04.csv")
    assert uses(first.mapping)["Regio"] == "d_regio"
    assert uses(second.mapping)["Regio"] == "unit"
    assert second.assumptions == ()


def test_new_and_moved_columns_leave_the_kept_mapping_in_force(workspace: Workspace) -> None:
    read(workspace, HEADER + ROWS)
    path = workspace.folder / "mappings" / "klanten.toml"
    path.write_text(path.read_text().replace('to = "d_regio"', 'to = "unit"'))
    wider = "Regio;NPS;Toelichting;Klantnummer;Datum;Kanaal\nNoord;9;Goed geholpen door jullie;K9;01-04-2026 10:00;web\n"
    done = read(workspace, wider)
    assert uses(done.mapping) == {
        "Regio": "unit", "NPS": "recommend", "Toelichting": "comment", "Klantnummer": "customer_id",
        "Datum": "answered_at", "Kanaal": "channel",
    }  # fmt: skip
    assert done.mapping.source == "klanten"


def test_other_file_with_the_same_name_does_not_replace_rows(workspace: Workspace) -> None:
    """Two tools call their file export.csv and both number from 1: they are two sources."""
    read(workspace, "Response ID;Datum;NPS\n1;04-03-2026;9\n2;05-03-2026;0\n", "export.csv")
    other = read(
        workspace,
        "Response ID;Submitted;Rapportcijfer\n1;2026-03-04;7,5\n2;2026-03-05;8\n",
        "export.csv",
    )
    assert (other.placed.new, other.placed.changed) == (2, 0)
    assert other.mapping.source == "export-2"
    again = read(workspace, "Response ID;Submitted;Rapportcijfer\n1;2026-03-04;7,5\n", "export.csv")
    assert (again.mapping.source, again.placed.same) == ("export-2", 1)
    assert len(lake_rows(workspace)) == 4


def test_given_mapping_source_and_table_are_obeyed(workspace: Workspace) -> None:
    mapping = workspace.propose(_file(workspace, HEADER + ROWS), source="../Winkel & co")
    done = read(workspace, HEADER + ROWS, mapping=mapping)
    assert done.mapping.source == "../Winkel & co"
    assert [path.name for path in (workspace.folder / "mappings").iterdir()] == ["-winkel-co.toml"]
    contacts = read(
        workspace,
        "contacted_at;channel;text\n2026-03-04;phone;Waar blijft mijn pakket\n",
        table="contacts",
    )
    assert contacts.table == "contacts"
    assert len(lake_rows(workspace, table="contacts")) == 1


def test_constant_day_counts_on_its_local_day(workspace: Workspace) -> None:
    mapping = Mapping("answers", "x", columns=(ColumnUse("NPS", "recommend"),),
                      constants={"answered_at": "2026-03-31 23:30:00", "kind": "relationship"})  # fmt: skip
    read(workspace, "NPS\n9\n", mapping=mapping)
    ((day, kind, seconds),) = lake_rows(workspace, "answered_on, kind, epoch(answered_at)::BIGINT")
    assert (str(day), kind, seconds) == ("2026-03-31", "relationship", 1774992600)


def _file(workspace: Workspace, text: str) -> Path:
    workspace.folder.parent.mkdir(exist_ok=True)
    path = workspace.folder.parent / "klanten.csv"
    path.write_text(text)
    return path
