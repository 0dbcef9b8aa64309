"""The commands of `words` as people type them: what they print, where, and how they end."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet
import pytest

from cli.test_commands import run
from small_organisation import answers, contacts, customers, make, orders, said_contacts

OF_TEXTS = ("questions", "emotions", "valence", "worries", "topics")
COMMANDS = (
    *OF_TEXTS,
    "read",
    "sample",
    "check",
    "quotes",
    "merge",
    "split",
    "apart",
    "rename",
    "pin",
)
DUTCH = "Wanneer wordt mijn pakket bezorgd? Ik ben bang dat het te laat komt."
KEYS = ["language", "valence", "emotions", "asks", "worry", "topics", "acts"]


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose texts were understood."""
    tables = {
        "contacts": [said_contacts(400)],
        "answers": [answers(300, seed=6)],
        "customers": [customers(300)],
        "orders": [orders(200)],
    }
    folder = make(tmp_path_factory.mktemp("acme"), tables).folder
    done = run("words", "read", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "456 texts read" in done.stderr
    return folder


def rows(*arguments: str | Path) -> list[dict[str, Any]]:
    done = run("words", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return found


def test_help_lists_every_command_and_each_explains_itself() -> None:
    listed = run("words", "--help").stdout
    for command in COMMANDS:
        assert f"\n  {command} " in listed
    assert run("words", "questions", "--help").returncode == 0


def test_one_text_is_read_without_a_workspace(tmp_path: Path) -> None:
    done = run("words", "read", "--text", DUTCH, "--format", "json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == KEYS
    assert (found["language"], found["asks"]["is"], found["worry"]["is"]) == ("nl", True, True)
    assert found["asks"]["questions"] == ["Wanneer wordt mijn pakket bezorgd?"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("language", "words"), [("nl", "Nederlands"), ("en", "Dutch")])
def test_one_text_is_told_in_the_readers_language(language: str, words: str) -> None:
    done = run("--language", language, "words", "read", "--text", DUTCH)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout


def test_reply_tells_its_acts_and_no_feeling() -> None:
    text = "Onze excuses voor het lange wachten. We sturen het vandaag nog naar u op."
    done = run("words", "read", "--reply", "--text", text, "--format", "json")
    found = json.loads(done.stdout)
    assert "apologise" in found["acts"]
    assert (found["valence"], found["emotions"]["felt"]) == (None, [])


@pytest.mark.parametrize("text", ["", " ", "😀😀😀", "12345", "\u0007\u0001"])
def test_text_without_words_is_said_to_be_not_understood(text: str) -> None:
    done = run("words", "read", "--text", text, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["language"] == "other"


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_file_is_read_with_what_was_understood_beside_its_rows(tmp_path: Path, suffix: str) -> None:
    path, out = tmp_path / "in.csv", tmp_path / f"out{suffix}"
    with path.open("w", encoding="utf-8", newline="") as file:
        texts = [DUTCH, "", "Mail mij op jan@example.nl", "Thank you, I am so happy with it!"]
        csv.writer(file).writerows([["nr", "tekst", "topic"], *([i, t, "x"] for i, t in enumerate(texts))])  # fmt: skip
    done = run("words", "read", path, "--column", "tekst", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "4 texts read" in done.stderr
    table = (pyarrow.csv.read_csv if suffix == ".csv" else pyarrow.parquet.read_table)(out)
    assert table["topic"].to_pylist() == ["x"] * 4
    assert "understood_topic" in table.column_names
    assert table["language"].to_pylist()[0] == "nl"
    assert "jan@example.nl" not in str(table["tekst"].to_pylist())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", out.name]


@pytest.mark.parametrize("kind", OF_TEXTS)
def test_question_answers_in_every_format_and_language(acme: Path, kind: str) -> None:
    found = rows(kind, acme)
    assert any(row["state"] == "shown" for row in found)
    table = run("words", kind, acme, "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(table.stdout)))) == len(found)
    english, dutch = (run("--language", one, "words", kind, acme).stdout for one in ("en", "nl"))
    assert english
    assert dutch
    assert english.splitlines()[0] != dutch.splitlines()[0]


def test_questions_keep_to_their_options(acme: Path) -> None:
    every = rows("questions", acme)
    assert len(rows("questions", acme, "--count", "2")) == 2
    some = rows("questions", acme, "--where", "unit=Breda", "--since", "2025-01", "--level", "0.9")
    assert sum(row["count"]["n"] for row in some) < sum(row["count"]["n"] for row in every)
    assert len(rows("questions", acme, "--of", "answers")) == 1
    split = rows("emotions", acme, "--of", "contacts", "--by", "segment", "--every", "month")
    assert {row["segment"] for row in split} == {"business", "consumer"}


def test_quotes_are_about_what_was_asked_for(acme: Path) -> None:
    found = rows("quotes", acme, "--about", "wacht", "--count", "2")
    assert len(found) <= 2
    assert all("wacht" in row["said"].lower() for row in found)


def test_analysts_work_is_kept_and_shown(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", {"contacts": [said_contacts(120)]}).folder
    first, second, *_, last = (row["id"] for row in rows("questions", folder))
    acts = [
        ("merge", folder, last, first),
        ("split", folder, first, "own.parcel", "parcel"),
        ("rename", folder, "own.parcel", "Mijn pakje", "--in", "nl"),
        ("rename", folder, "own.parcel", "My parcel"),
        ("pin", folder, "own.parcel"),
    ]
    for act in acts:
        done = run("words", *act)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    top, *others = rows("questions", folder)
    assert (top["id"], top["name"], top["pinned"]) == ("own.parcel", "My parcel", True)
    assert second in [row["id"] for row in others]
    assert last not in [row["id"] for row in others]
    assert "Mijn pakje" in run("--language", "nl", "words", "questions", folder).stdout
    for act in (("apart", folder, last), ("pin", folder, "own.parcel", "--off")):
        assert run("words", *act).returncode == 0
    found = {row["id"]: row["pinned"] for row in rows("questions", folder)}
    assert found[last] is False
    assert not any(found.values())


def test_two_who_change_the_groups_at_once_both_keep_their_work(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", {"contacts": [contacts(10)]}).folder
    ids = ("pay.how", "pay.when", "trust.why", "home.where")
    with ThreadPoolExecutor(4) as together:
        ends = list(together.map(lambda id: run("words", "pin", folder, id).returncode, ids))
    assert ends == [0, 0, 0, 0]
    kept = tomllib.loads((folder / "questions.toml").read_text("utf-8"))
    assert sorted(kept["pinned"]) == sorted(ids)


def test_sample_is_judged_and_checked(tmp_path: Path) -> None:
    folder = make(tmp_path / "own", {"contacts": [said_contacts(80)]}).folder
    out = tmp_path / "sample.csv"
    done = run("words", "sample", folder, "--out", out, "--count", "30")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert f"topofheart words check {folder} {out}" in done.stderr
    with out.open(encoding="utf-8-sig", newline="") as file:
        texts = list(csv.DictReader(file))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(texts[0]))
        writer.writeheader()
        writer.writerows(row | {"worry": "yes" if i < 12 else "no"} for i, row in enumerate(texts))
    (worry,) = (row for row in rows("check", folder, out) if row["label"] == "any")
    assert (worry["yes"], worry["no"], worry["corrects"]) == (12, 18, True)
    assert "12" in run("words", "check", folder, out).stdout
    done = run("words", "worries", folder, "--format", "json")
    assert json.loads(done.stdout)["question"]["checked_texts"] == 30


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("read",), 2, "--text"),
        (("read", "{acme}/config.csv", "--column", "x"), 1, "config.csv"),
        (("read", "{file}"), 2, "--column"),
        (("read", "{file}", "--column", "none", "--out", "{out}.csv"), 1, "tekst"),
        (("read", "{file}", "--column", "tekst", "--out", "{out}.xlsx"), 1, ".parquet"),
        (("read", "--text", DUTCH, "--format", "csv"), 2, "csv"),
        (("read", "nowhere"), 1, "nowhere"),
        (("questions", "nowhere"), 1, "hint"),
        (("questions", "{acme}", "--count", "0"), 2, "count"),
        (("questions", "{acme}", "--where", "unit"), 2, "NAME=VALUE"),
        (("questions", "{acme}", "--where", "nonsense=1"), 1, "nonsense"),
        (("questions", "{acme}", "--as-of", "99"), 1, "99"),
        (("emotions", "{acme}", "--of", "orders"), 2, "orders"),
        (("emotions", "{acme}", "--by", "nonsense"), 1, "nonsense"),
        (("topics", "{acme}", "--since", "gisteren"), 1, "gisteren"),
        (("worries", "{acme}", "--level", "95"), 2, "95"),
        (("sample", "{acme}"), 2, "--out"),
        (("sample", "nowhere", "--out", "{out}.csv"), 1, "hint"),
        (("sample", "{acme}", "--out", "{file}"), 1, "there already"),
        (("sample", "{acme}", "--out", "{out}/deep/s.csv"), 1, "folder"),
        (("sample", "{acme}", "--out", "{out}.csv", "--count", "0"), 2, "count"),
        (("check", "{acme}", "{out}.csv"), 1, "no file"),
        (("check", "{acme}", "{file}"), 1, "key"),
        (("merge", "nowhere", "pay.how", "pay.when"), 1, "nowhere"),
        (("merge", "{acme}", "pay.how", "pay.how"), 1, "pay.how"),
        (("merge", "{acme}", "nonsense", "pay.how"), 1, "nonsense"),
        (("split", "{acme}", "pay.how", "own"), 2, "WORD"),
        (("split", "{acme}", "pay.how", "Own group", "ideal"), 1, "Own group"),
        (("apart", "{acme}", "pay.how"), 1, "pay.how"),
        (("rename", "{acme}", "pay.how", "X", "--in", "de"), 2, "de"),
        (("pin", "{acme}", "nonsense"), 1, "nonsense"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_mistakes_end_with_their_code_and_say_what_is_wrong(
    arguments: tuple[str, ...], code: int, told: str, acme: Path, tmp_path: Path
) -> None:
    file = tmp_path / "in.csv"
    file.write_text("nr,tekst\n1,hoi\n", encoding="utf-8")
    places = {"acme": acme, "file": file, "out": tmp_path / "out"}
    done = run("words", *(one.format(**places) for one in arguments), folder=tmp_path)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [file]
    assert not (acme / "questions.toml").exists()
