"""Quotes of contacts, in either language, and by what was understood: the readings are told, not made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import topofheart as toh
from measure.understood_lake import add_readings
from small_organisation import make
from topofheart.answer.table import as_text
from topofheart.kernel.errors import UnknownName
from topofheart.kernel.estimate import State
from topofheart.measure.about import about_of, names_of
from topofheart.measure.question_groups import Groups
from topofheart.understand.model import shipped

TOLD: list[dict[str, Any]] = [
    *({"valence": "negative", "worry": True, "worries": " too_late ", "topics": " delivery ",
       "topic": "delivery"} for _ in range(10)),
    *({"valence": "neutral", "topics": " invoice ", "topic": "invoice", "asks": True,
       "question": "Klopt dit wel?", "question_types": " invoice_copy "} for _ in range(30)),
]  # fmt: skip
WORDS = [f"woord{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(400)]


def texts(count: int, **more: str) -> list[str]:
    """Texts unlike each other; `more` are the first words of some of them, by number: `at_3="…"`."""
    said = [" ".join(WORDS[8 * i : 8 * i + 8]) for i in range(count)]
    return [f"{more.get(f'at_{i}', '')} {one}".strip() for i, one in enumerate(said)]


def contacts(said: list[str | None]) -> pa.Table:
    return pa.table(
        {
            "contact_id": [f"C{i}" for i in range(len(said))],
            "contacted_at": pa.array([datetime(2025, 3, 1, tzinfo=UTC)] * len(said), pa.timestamp("us", "UTC")),
            "channel": [("mail", "phone")[i % 2] for i in range(len(said))],
            "text": pa.array(said, pa.string()),
        }
    )  # fmt: skip


@pytest.fixture
def understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> toh.Workspace:
    """Ten contacts that judge badly and thirty that do not; understood as told."""
    said = texts(len(TOLD), at_0="letterbox", at_11="De brievenbus", at_12="mail jan@example.nl")
    workspace = make(tmp_path / "w", {"contacts": [contacts(said)]})
    add_readings(workspace, TOLD, reader=shipped().name)
    monkeypatch.setattr(toh.Workspace, "understand", lambda self: None)
    return workspace


def judged(answer: toh.Answer) -> list[str | None]:
    return [row.more["valence"] for row in answer]


def test_contacts_are_quoted_as_they_judge_where_nothing_was_answered(
    understood: toh.Workspace,
) -> None:
    found = understood.voices(count=4)
    assert found.question["source"] == "contacts"
    assert judged(found) == ["negative", "neutral", "neutral", "neutral"]
    assert [(row.estimate.value, row.estimate.n) for row in found] == [
        (0.25, 40),
        *[(0.75, 40)] * 3,
    ]
    assert {row.more["from"]["channel"] for row in found} == {"mail", "phone"}
    text = as_text(found, 120)
    assert "what was said in contacts" in text
    assert "Promoter" not in text
    assert "judge so" in text


def test_quotes_of_contacts_are_redacted(understood: toh.Workspace) -> None:
    said = [row.more["said"] for row in understood.voices("mail", count=3)]
    assert len(said) == 1
    assert "@" not in said[0]


@pytest.mark.parametrize("word", ["brievenbus", "Letterbox"])
def test_word_of_either_language_finds_both(word: str, understood: toh.Workspace) -> None:
    found = understood.voices(word)
    said = " ".join(row.more["said"] for row in found).lower()
    assert len(found) == 2
    assert "letterbox" in said
    assert "brievenbus" in said
    also = found.question["about_also"]
    assert also
    assert f"Also looked for: {', '.join(also)}." in " ".join(as_text(found, 200).split())


@pytest.mark.parametrize(
    ("asked", "label", "n"),
    [
        ("delivery", "topic.delivery", 10),
        ("levering", "topic.delivery", 10),
        ("too_late", "worry.too_late", 10),
        ("Te laat", "worry.too_late", 10),
        ("invoice_copy", "question.invoice_copy", 30),
    ],
)
def test_label_finds_the_texts_that_were_understood_so(
    asked: str, label: str, n: int, understood: toh.Workspace
) -> None:
    found = understood.voices(asked)
    assert found.question["about_labels"] == [label]
    assert {row.estimate.n for row in found} == {n}


def test_word_that_is_a_label_too_means_both(understood: toh.Workspace) -> None:
    """Ten are understood to be about delivery; the eleventh says so and was not."""
    more = texts(41, at_40="Deliver this")[40:]
    from topofheart.lake.adding import add_rows
    from topofheart.lake.duckdb_engine import DuckEngine
    from topofheart.lake.snapshots import Snapshot

    engine = DuckEngine()
    with understood.lake.writing() as writer:
        late = contacts(more).set_column(0, "contact_id", pa.array(["C40"]))
        add_rows(writer, engine, "contacts", late)
        writer.close(Snapshot(0, {}, "more"))
    engine.close()
    add_readings(understood, [*TOLD, {"valence": "neutral"}], reader=shipped().name)
    assert {row.estimate.n for row in understood.voices("levering")} == {11}


def test_what_is_no_label_is_a_plain_word(understood: toh.Workspace) -> None:
    found = understood.voices(("woordaa", "own.olifant"))
    assert found.question["about_labels"] == []
    assert found.question["about_also"] == []
    assert len(found) == 1


def test_where_takes_what_was_understood(understood: toh.Workspace) -> None:
    found = understood.voices(where={"valence": "negatief", "channel": "mail"})
    assert judged(found) == ["negative"] * 5
    assert found.question["where"] == {"channel": ["mail"], "valence": ["negative"]}
    assert {row.estimate.n for row in found} == {5}
    with pytest.raises(UnknownName):
        understood.voices(where={"topic": "olifant"})


def test_contacts_that_nobody_read_are_quoted_without_a_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toh.Workspace, "understand", lambda self: None)
    found = make(tmp_path / "w", {"contacts": [contacts(texts(12))]}).voices("delivery")
    assert [row.estimate.state for row in found] == [State.NO_EVIDENCE]
    found = make(tmp_path / "v", {"contacts": [contacts(texts(12))]}).voices(count=3)
    assert judged(found) == [None] * 3
    assert all(row.estimate.state is State.NO_EVIDENCE for row in found)


def test_comments_come_before_contacts_unless_asked_for(tmp_path: Path) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    answered = {
        "answer_id": ["A0", "A1"],
        "answered_at": pa.array([start] * 2, pa.timestamp("us", "UTC")),
        "recommend": [9, 3],
    }
    silent = pa.table(answered | {"comment": pa.array([None, None], pa.string())})
    spoken = pa.table(answered | {"comment": pa.array(texts(2), pa.string())})
    here = {"contacts": [contacts(texts(9))]}
    assert (
        make(tmp_path / "s", {"answers": [silent], **here}).voices().question["source"]
        == "contacts"
    )
    both = make(tmp_path / "b", {"answers": [spoken], **here})
    assert both.voices().question["source"] == "answers"
    assert both.voices(of="contacts").question["source"] == "contacts"


def test_group_of_questions_is_known_by_its_names_and_what_it_became() -> None:
    groups = (
        Groups()
        .merge("delivery_tracking", "delivery_when")
        .rename("delivery_when", "nl", "Komt het?")
    )
    assert about_of(["delivery_tracking"], groups=groups).groups == ("delivery_when",)
    assert about_of(["komt het?"], groups=groups).groups == ("delivery_when",)
    assert (
        about_of(["delivery: when?"]).groups
        == about_of(["levering: wanneer?"]).groups
        == ("delivery.when",)
    )


def test_labels_are_known_in_both_languages() -> None:
    assert {"annoyance", "anger", "boosheid", "ergernis, boosheid"} <= names_of("annoyance")


def test_what_was_asked_for_already_is_not_told_again() -> None:
    assert about_of(["wacht", "wait"]).also == ("gewacht",)
    assert about_of(["wacht"]).also == ("wait",)
