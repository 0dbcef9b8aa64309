"""Words of suicide and self-harm are found in both languages and quoted nowhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from measure.understood_lake import READER, asked, understood_lake
from small_organisation import make
from topofheart.measure.question import ask
from topofheart.measure.question_groups import Groups
from topofheart.measure.questions import questions
from topofheart.measure.sensitive import speaks_of_harm
from topofheart.measure.voices import callers
from topofheart.measure.worried import worried

OF_CONTACTS = replace(ask("nps"), source="contacts", clusters=False)
HARM = (
    "I no longer have suicidal thoughts",
    "My child has a self-harm history.",
    "I want to END MY LIFE every day",
    "She tried to kill herself in March",
    "he took his own life",
    "I don't want to live like this",
    "Ik denk aan zelfmoord",
    "Hij had suïcidale gedachten",
    "ze wil zichzelf iets aandoen",
    "Ik wil niet meer leven.",
    "mijn zoon is uit het leven gestapt",
    "Zij deed aan automutilatie",
)
NO_HARM = (
    "They saved my life, thank you",
    "The wait nearly killed me",
    "I was dead tired after the call",
    "The battery is dead",
    "It ends my lifelong subscription",
    "Ik ben doodmoe van het wachten",
    "De accu is dood",
    "Ik wil mijn leven lang klant blijven",
    "Het kostte me zelf iets meer dan verwacht",
)
WHY = "Waarom helpt niemand mij nu eens?"


@pytest.mark.parametrize("text", HARM)
def test_text_of_harm_is_found(text: str) -> None:
    assert speaks_of_harm(text)


@pytest.mark.parametrize("text", NO_HARM)
def test_other_text_is_left_alone(text: str) -> None:
    assert not speaks_of_harm(text)


def test_questions_count_such_a_text_and_do_not_quote_it(tmp_path: Path) -> None:
    told = [asked("contact.why", f"{WHY} {i}", text=text) for i, text in enumerate(HARM)]
    told += [
        asked("contact.why", f"Hoe lang duurt het nog? {i}", text=t) for i, t in enumerate(NO_HARM)
    ]
    workspace = understood_lake(tmp_path, told)
    answer = questions(workspace.reader(), OF_CONTACTS, Groups(), by_reader=READER, quotes=50)
    (row,) = answer
    assert (row.more["count"]["n"], answer.question["unquoted"]) == (len(told), len(HARM))
    assert len(row.more["quotes"]) == len(NO_HARM)
    assert not any(WHY in quote for quote in row.more["quotes"])
    assert "harm_unquoted" in answer.caveats


def test_worry_counts_such_a_text_and_does_not_quote_it(tmp_path: Path) -> None:
    fear = {"worry": True, "worry_about": "safety", "worries": " safety "}
    told = [
        fear | {"worry_said": f"Ik ben bang dat het misgaat, {i}", "text": text}
        for i, text in enumerate((*HARM, NO_HARM[0]))
    ]
    workspace = understood_lake(tmp_path, told)
    found = worried(workspace.reader(), OF_CONTACTS, by_reader=READER)["safety"]
    assert found.people == len(told)
    assert found.said == (f"Ik ben bang dat het misgaat, {len(HARM)}",)


def test_quotes_leave_such_a_comment_out_and_say_so(tmp_path: Path) -> None:
    rest = ", en daarna heb ik nog heel lang niets gehoord"
    comments = [one + rest for one in (*HARM, *NO_HARM)]
    found = make(tmp_path, {"answers": [commented(comments)]}).voices(count=50)
    said = {row.more["said"] for row in found}
    assert said
    assert said <= {one + rest for one in NO_HARM}
    assert found.question["unquoted"] == len(HARM)
    assert "harm_unquoted" in found.caveats
    calm = make(tmp_path / "calm", {"answers": [commented(comments[len(HARM) :])]}).voices()
    assert calm.question["unquoted"] == 0
    assert "harm_unquoted" not in calm.caveats


def test_who_writes_so_is_called_first(tmp_path: Path) -> None:
    workspace = make(tmp_path, {"answers": [commented([*NO_HARM, HARM[6]])]})
    called, waiting = callers(workspace.reader(), ask("nps"), low=6, days=30, most=3)
    assert waiting == len(NO_HARM) + 1
    assert called[0].text == HARM[6]


def commented(comments: list[str]) -> pa.Table:
    return pa.table(
        {
            "answer_id": [f"A{i:03d}" for i in range(len(comments))],
            "recommend": pa.array([3] * len(comments), pa.int64()),
            "comment": comments,
        }
    )
