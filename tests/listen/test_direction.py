"""Scales on which the lowest answer is the best: proposed, asked, turned, and never a silent upside-down."""

from __future__ import annotations

import pytest

from listen.files import accounted, lake_rows, read
from topofheart.kernel.errors import InvalidInput
from topofheart.listen.assumptions import decided
from topofheart.listen.direction import Direction, direction
from topofheart.listen.mapping import read_mapping
from topofheart.workspace import Workspace


@pytest.mark.parametrize(
    ("label", "answers", "found"),
    [
        ("Overall (1 = very good, 5 = very poor)", [], Direction.DOWN),
        ("Tevredenheid (1 = zeer tevreden, 5 = zeer ontevreden)", [], Direction.DOWN),
        ("How likely (0 = not at all likely, 10 = extremely likely)", [], Direction.UP),
        ("Tevredenheid (1=zeer ontevreden, 5=zeer tevreden)", [], Direction.UP),
        ("How easy (1 = strongly disagree, 7 = strongly agree)", [], Direction.UP),
        ("FFT", ["1 - Extremely likely", "2 - Likely", "5 - Extremely unlikely"], Direction.DOWN),
        ("NPS", ["10 - Extremely likely", "0 - Not at all likely"], Direction.UP),
        ("Effort (1 = geen moeite, 7 = heel veel moeite)", [], Direction.DOWN),
        ("Rating (1 = blue, 5 = green)", [], Direction.UNCLEAR),
        ("Cijfer (1 t/m 10)", ["7", "8"], Direction.UNSAID),
        ("Q1: How satisfied are you?", [], Direction.UNSAID),
        ("Vraag 1 - Was het makkelijk?", [], Direction.UNSAID),
        ("1. Goed geholpen?", [], Direction.UNSAID),
        ("NPS", ["1 - hardly likely"], Direction.UP),
    ],
)
def test_direction_of_a_scale_is_what_its_words_say(
    label: str, answers: list[str], found: Direction
) -> None:
    assert direction(label, answers) is found


def export(label: str) -> str:
    scores = (1, 2, 5, 4, 1, 3)
    return f"id,Date,{label}\n" + "".join(
        f"r{i},2026-03-0{i + 1},{score}\n" for i, score in enumerate(scores)
    )


def test_scale_that_runs_down_is_proposed_reversed_and_turned(workspace: Workspace) -> None:
    done = read(workspace, export('"Overall satisfaction (1 = very good, 5 = very poor)"'))
    use = done.mapping.of("satisfaction")
    assert use is not None
    assert use.reverse
    assert accounted(done)
    assert [row[0] for row in lake_rows(workspace, "satisfaction, answer_id")] == [1, 2, 3, 4, 5, 5]
    assert {row[1]: row[0] for row in lake_rows(workspace, "satisfaction, answer_id")}["r0"] == 5


def test_scale_whose_words_do_not_tell_is_asked(workspace: Workspace) -> None:
    path = workspace.folder.parent / "asked.csv"
    path.write_text(export('"Satisfaction (1 = blue, 5 = green)"'))
    mapping, assumptions = workspace.proposal(path)
    asked = next(one for one in assumptions if one.code == "direction")
    turned = decided(mapping, asked, asked.others[0])
    assert not any(use.reverse for use in mapping.columns)
    workspace.read(path, mapping=turned)
    assert {row[1]: row[0] for row in lake_rows(workspace, "satisfaction, answer_id")}["r0"] == 5


def test_reversed_answer_outside_the_scale_is_refused(workspace: Workspace) -> None:
    text = export('"Overall satisfaction (1 = very good, 5 = very poor)"') + "r9,2026-03-09,6\n"
    done = read(workspace, text)
    assert done.placed.refused == 1


def test_reverse_of_a_column_without_a_scale_is_an_error(workspace: Workspace) -> None:
    path = workspace.folder.parent / "wrong.toml"
    path.write_text(
        'table = "answers"\nsource = "s"\n[[columns]]\nname = "x"\nto = "r_x"\nreverse = true\n'
    )
    with pytest.raises(InvalidInput, match="'x' cannot be reversed") as caught:
        read_mapping(path)
    assert caught.value.code == "no_scale"


def test_effort_that_nobody_explains_is_asked_and_can_be_turned(workspace: Workspace) -> None:
    path = workspace.folder.parent / "effort.csv"
    rows = "".join(f"r{i},2026-03-0{i + 1},{score}\n" for i, score in enumerate((1, 7, 6, 2)))
    path.write_text("id,Date,How much effort did it take (1 to 7)\n" + rows)
    mapping, (asked,) = workspace.proposal(path)
    assert (asked.code, asked.taken, asked.others[0]) == ("effort_direction", "effort", "reversed")
    workspace.read(path, mapping=decided(mapping, asked, "reversed"))
    assert [row[0] for row in lake_rows(workspace, "effort")] == [1, 2, 6, 7]
    assert {row[1]: row[0] for row in lake_rows(workspace, "effort, answer_id")}["r0"] == 7


def test_effort_whose_ends_are_named_is_not_asked(workspace: Workspace) -> None:
    path = workspace.folder.parent / "effort.csv"
    rows = "".join(f"r{i},2026-03-0{i + 1},{score}\n" for i, score in enumerate((1, 7, 6, 2)))
    path.write_text('id,Date,"Effort (1 = very little effort, 7 = very hard)"\n' + rows)
    mapping, assumptions = workspace.proposal(path)
    assert assumptions == ()
    assert mapping.of("effort").reverse  # type: ignore[union-attr]
