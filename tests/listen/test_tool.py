"""The mechanism of known tools: why one is recognised, how that is overruled, what is counted."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest

from listen.files import accounted, lake_rows, read, uses, write
from listen.test_qualtrics import export
from topofheart.kernel.errors import UnknownName
from topofheart.kernel.language import LANGUAGES
from topofheart.lake.tables import TABLES
from topofheart.listen.conversations import MAIL, TRANSCRIPT
from topofheart.listen.google_forms import iso
from topofheart.listen.header import HEADERS
from topofheart.listen.mapping import ID, UPDATED, ColumnUse, Mapping, read_mapping
from topofheart.listen.reshaping import RESHAPES
from topofheart.listen.tool import PLAIN_FILE, Tool, fits, known_tool, recognised, tools
from topofheart.workspace import Workspace

every_tool = pytest.mark.parametrize("tool", tools().values(), ids=lambda tool: tool.name)
SURVEYMONKEY = (
    "Respondent ID,End Date,Custom Data 1,How likely are you to recommend us?,Why?\n"
    ",,,Response,Open-Ended Response\n"
    "1,2026-03-24 08:05:00,K1,9,Because it was quick\n"
    "2,2026-03-25 08:05:00,K2,0,It took far too long\n"
    "3,2026-03-26 08:05:00,K3,12,What is that for a scale\n"
)
TYPEFORM = (
    "#,How <b>likely</b> are you to recommend us?,Response Type,Submit Date (UTC),Network ID\n"
    "a1,9,completed,2026-03-04 23:30:00,n1\na2,0,partial,2026-03-05 08:00:00,n2\n"
)


@every_tool
def test_tool_names_only_what_exists(tool: Tool) -> None:
    declared = TABLES[tool.table]
    targets = {*tool.fields.values(), *tool.constants} - {ID, UPDATED}
    assert all(one.startswith(("d_", "r_")) or one in declared.by_name for one in targets)
    assert tool.header in HEADERS
    assert not tool.reshape or tool.reshape in RESHAPES
    assert tool.signatures or tool.name in (MAIL, TRANSCRIPT)  # told by the kind of file
    assert tool.ids in ("of the tool", "of the survey")
    for language in LANGUAGES:
        assert tool.label in known_tool(tool.name, None, language)[0]


@every_tool
def test_tool_without_verified_shape_says_so(tool: Tool) -> None:
    assert len(known_tool(tool.name, None, "nl")) == (1 if tool.verified else 2)


def test_reason_is_said_in_the_language_of_the_reader() -> None:
    found = recognised([["ID", "Begintijd", "Tijd van voltooien"]])
    assert known_tool("microsoft_forms", found, "nl")[0] == (
        "Herkend als Microsoft Forms: de kolommen ID, Begintijd en Tijd van voltooien."
    )


def test_label_fits_a_name_whatever_its_capitals_and_spaces() -> None:
    assert fits("Date_Submitted ", "submitdate|Date submitted")
    assert fits("3. Which? - Option ID", "* - Option ID")
    assert not fits("Option", "* - Option ID")


def test_nothing_is_recognised_in_a_file_of_ones_own() -> None:
    assert recognised([["Datum", "NPS", "Toelichting"], ["04-03-2026", "9", "Fijn"]]) is None
    assert recognised([]) is None


def test_recognised_tool_can_be_overruled_by_name_and_by_a_mapping(workspace: Workspace) -> None:
    path = write(workspace.folder.parent, TYPEFORM)
    known = workspace.propose(path)
    assert known.recognised_by == "the columns Network ID and Submit Date (UTC)"
    assert '"typeform"  # recognised by the columns' in known.to_toml()
    other = workspace.propose(path, tool=PLAIN_FILE)
    assert (other.tool, other.recognised_by) == (PLAIN_FILE, "")
    assert other.columns[1].name == "How <b>likely</b> are you to recommend us?"
    done = workspace.read(path, mapping=other)
    assert done.recognised is None
    assert accounted(done)


def test_tool_that_is_not_known_is_refused_with_those_that_are(workspace: Workspace) -> None:
    path = write(workspace.folder.parent, TYPEFORM)
    with pytest.raises(UnknownName, match="'typofrom' is not known") as caught:
        workspace.read(path, tool="typofrom")
    assert "typeform" in str(caught.value.hint)


def test_tool_named_for_a_file_without_its_signature_is_read_so(workspace: Workspace) -> None:
    text = TYPEFORM.replace("Network ID", "Net").replace("#", "Token")
    assert read(workspace, text, "a.csv").mapping.tool == PLAIN_FILE
    done = read(workspace, text, "b.csv", tool="typeform")
    assert uses(done.mapping)["Submit Date (UTC)"] == "answered_at"
    assert done.mapping.time_zone == "UTC"


def test_tool_with_hidden_columns_is_still_recognised_and_read(workspace: Workspace) -> None:
    done = read(workspace, SURVEYMONKEY)
    assert done.mapping.tool == "surveymonkey"
    assert (done.placed.new, done.placed.refused) == (2, 1)
    assert uses(done.mapping)["Why?"] == "comment"


def test_second_header_row_that_was_taken_away_costs_no_answer(workspace: Workspace) -> None:
    header, _, *rows = SURVEYMONKEY.splitlines(keepends=True)
    done = read(workspace, header + "".join(rows))
    assert done.mapping.tool == PLAIN_FILE
    named = read(workspace, header + "".join(rows), "again.csv", tool="surveymonkey")
    assert (named.placed.read, named.placed.refused) == (3, 1)
    assert uses(named.mapping)["Why?"] == "comment"


@pytest.mark.parametrize("kept", [(0,), (0, 1), (0, 2), (0, 1, 2)])
def test_qualtrics_header_rows_that_were_taken_away_cost_no_answer(
    kept: tuple[int, ...], workspace: Workspace
) -> None:
    whole = list(csv.reader(io.StringIO(export().decode("utf-8-sig"))))
    file = io.StringIO()
    csv.writer(file).writerows([*(whole[i] for i in kept), *whole[3:]])
    done = read(workspace, file.getvalue())
    assert done.mapping.tool == "qualtrics"
    assert (done.placed.read, done.placed.new, done.placed.excluded) == (6, 2, 4)
    assert uses(done.mapping)["Q1"] == "recommend"
    assert done.mapping.time_zone == ("Pacific/Auckland" if 2 in kept else "Europe/Amsterdam")


def test_refused_rows_of_a_tool_with_two_header_rows_come_back_repaired(
    workspace: Workspace,
) -> None:
    first = read(workspace, SURVEYMONKEY)
    assert first.refused_file
    text = first.refused_file.read_text().replace(",12,", ",8,", 1).replace(",12,", ",8,")
    first.refused_file.write_text(text)
    again = workspace.read(first.refused_file)
    assert (again.placed.read, again.placed.new) == (1, 1)
    assert [row[0] for row in lake_rows(workspace, "recommend")] == [0, 8, 9]
    whole = read(workspace, SURVEYMONKEY.replace(",12,", ",8,"))
    assert (whole.placed.new, whole.placed.same) == (0, 3)


def test_mapping_of_a_tool_is_kept_and_used_for_the_next_export(workspace: Workspace) -> None:
    first = read(workspace, TYPEFORM, "march.csv")
    kept = read_mapping(workspace.folder / "mappings" / "typeform.toml")
    assert kept.tool == "typeform"
    assert kept.columns == _without_reasons(first.mapping)
    done = read(workspace, TYPEFORM.replace("a1", "a3").replace("a2", "a4"), "april.csv")
    assert done.mapping.source == "typeform"
    assert done.mapping.recognised_by
    assert done.placed.new == 2


def _without_reasons(mapping: Mapping) -> tuple[ColumnUse, ...]:
    return tuple(dataclasses.replace(use, because="") for use in mapping.columns)


def test_words_of_a_column_mean_what_the_mapping_says(workspace: Workspace) -> None:
    done = read(workspace, TYPEFORM)
    use = done.mapping.of("complete")
    assert use
    assert use.values == {"completed": "true", "partial": "false", "started": "false"}
    assert lake_rows(workspace, "answer_id, complete") == [("a1", True), ("a2", False)]


def test_group_that_is_not_what_the_score_says_is_counted(workspace: Workspace) -> None:
    text = export().decode("utf-8-sig").replace("Promoter", "Passive")
    done = read(workspace, text)
    assert done.noted["group_disagrees"] > 0
    assert done.mapping.of("recommend").name == "Q1"  # type: ignore[union-attr]
    assert "group_disagrees" not in read(workspace, export(), "other.csv").noted


def test_excluded_rows_are_counted_by_what_excludes_them(workspace: Workspace) -> None:
    done = read(workspace, export())
    assert done.excluded == {
        "Status: Offline Preview": 1, "Status: Spam": 1, "Status: Survey Preview": 1, "Status: Survey Test": 1,
    }  # fmt: skip


def test_rows_that_are_no_answers_are_counted_by_the_values_found_most(
    workspace: Workspace,
) -> None:
    rows = "".join(
        f"2026-03-04,{i % 11},{'answer' if i < 10 else f'page {i % 30}'}\n" for i in range(200)
    )
    path = write(workspace.folder.parent, "Date,NPS,Event\n" + rows)
    mapping = dataclasses.replace(workspace.propose(path), only={"Event": ["Answer"]})
    done = workspace.read(path, mapping=mapping)
    assert (done.placed.new, done.placed.excluded) == (10, 190)
    assert len(done.excluded) == 20
    assert done.excluded["Event: page 10"] == 7


def test_questions_not_shown_are_counted_apart(workspace: Workspace) -> None:
    text = (
        "Response ID\tDate submitted\tStart language\tRecommend?\tWhy?\nid\tsubmitdate\tstartlanguage\tNPS\tQ2\n"
        "1\t2026-03-04 10:00:00\tnl\t9\t{question_not_shown}\n2\t\tnl\t0\t\n"
    )
    done = read(workspace, text, "vvexport_123456.csv")
    assert done.noted == {"not_shown": 1}
    assert done.mapping.source == "limesurvey-vvexport-123456"


def test_submission_is_one_row_whichever_questions_an_export_holds(workspace: Workspace) -> None:
    header = "submission_id,collected_at,field_id,field_label,field_type,value_text,value_number\n"
    march = "s1,2026-03-04T10:00:00Z,f1,How likely?,nps,,9\ns1,2026-03-04T10:00:00Z,f2,Why?,text,Kind people,\n"
    april = "s2,2026-04-04T10:00:00Z,f1,How likely?,nps,,3\n"
    read(workspace, header + march, "march.csv")
    second = read(workspace, header + april, "april.csv")
    both = read(workspace, header + march + april, "both.csv")
    assert second.mapping.source == both.mapping.source == "formbricks_hub"
    assert (both.placed.new, both.placed.changed, both.placed.same) == (0, 0, 2)


def test_kept_choices_hold_where_a_column_of_the_tool_is_absent(workspace: Workspace) -> None:
    path = write(workspace.folder.parent, TYPEFORM)
    mapping = workspace.propose(path)
    workspace.read(path, mapping=dataclasses.replace(mapping, constants={"kind": "relationship"}))
    older = "#,How <b>likely</b> are you to recommend us?,Submit Date (UTC),Network ID\na9,8,2025-03-04 23:30:00,n9\n"
    done = read(workspace, older, "older.csv")
    assert done.mapping.constants == {"kind": "relationship"}
    assert done.placed.new == 1


def test_two_surveys_with_the_same_numbers_do_not_replace_each_other(workspace: Workspace) -> None:
    header = "id,submitdate,startlanguage,NPS\n"
    read(workspace, header + "1,2026-03-04 10:00:00,nl,9\n", "results-survey111111.csv")
    done = read(workspace, header + "1,2026-03-05 10:00:00,nl,0\n", "results-survey222222.csv")
    assert (done.placed.new, done.placed.changed) == (1, 0)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026/03/04 9:15:00 AM GMT+1", "2026-03-04 09:15:00+01:00"),
        ("2026/03/04 12:15:00 a.m. CET", "2026-03-04 00:15:00+01:00"),
        ("2026/07/04 9:15:00 p.m. GMT-3:30", "2026-07-04 21:15:00-03:30"),
        ("2026/03/04 9:15:00", "2026-03-04 09:15:00"),
        ("4-3-2026 9:15:00", "4-3-2026 9:15:00"),
        ("2026/13/04 9:15:00", "2026/13/04 9:15:00"),
    ],
)
def test_time_with_its_zone_becomes_a_time_with_its_offset(written: str, found: str) -> None:
    assert iso(written) == found
