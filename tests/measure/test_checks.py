"""A sample judged by a person and read back: of texts whose truth is known, by a reader whose errors are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import topofheart as toh
from lake.survey import places_of, rows_of
from small_organisation import make
from topofheart.answer.answer import Answer
from topofheart.answer.table import as_text
from topofheart.asking import Asking
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import Estimate
from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.snapshots import Snapshot
from topofheart.understand.labels import EMOTIONS, OF_A_TEXT
from topofheart.understand.reader import Scores
from topofheart.understand.storing import understand

PLACE = {name: place for place, name in enumerate(OF_A_TEXT)}
MANY, SHARE = 2_000, 0.2
SENSITIVITY, SPECIFICITY = 0.7, 0.75
HEADER = ["key", "of", "text", "valence", "emotions", "worry", "worries"]
Row = dict[str, str]


@dataclass
class Erring:
    """To it all is Dutch and neutral; it finds 70 % of the joy and sees it in 25 % of the rest, the same every time."""

    name: str = "erring-1"
    thresholds: dict[str, float] = field(default_factory=dict)

    def scores(self, texts: Sequence[str]) -> Scores:
        labels = np.zeros((len(texts), len(OF_A_TEXT)), np.float32)
        labels[:, PLACE["language.nl"]] = labels[:, PLACE["valence.neutral"]] = 1
        for place, text in enumerate(texts):
            chance = np.random.default_rng(int(text.split()[1])).random()
            said = chance < (SENSITIVITY if joyful(text) else 1 - SPECIFICITY)
            labels[place, PLACE["emotion.joy"]] = float(said)
        spans: list[list[tuple[int, int]]] = [[] for _ in texts]
        return Scores(labels, spans, spans)


def joyful(text: str) -> bool:
    return text.endswith("blij")


def texts(count: int, *, first: int = 0) -> pa.Table:
    """Every fifth is joyful; `blij` is the truth, which the reader sees through its errors."""
    days = [datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(hours=4 * i) for i in range(count)]
    return pa.table(
        {
            "contact_id": [f"C{first + i}" for i in range(count)],
            "customer_id": [f"klant-{first + i}" for i in range(count)],
            "contacted_at": pa.array(days, pa.timestamp("us", "UTC")),
            "unit": [("Breda", "Gouda")[i % 2] for i in range(count)],
            "text": [
                f"tekst {first + i} {'blij' if i % 5 == 0 else 'gewoon'}" for i in range(count)
            ],
        }
    )


def a_workspace(folder: Path, count: int) -> toh.Workspace:
    workspace = make(folder, {"contacts": [texts(count)]})
    understand(workspace.lake, workspace.engine, Erring())
    return workspace


@pytest.fixture(autouse=True)
def _by_the_erring_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are answered by it; nothing else is read meanwhile."""

    def reading(self: toh.Workspace, progress: Any = None) -> Any:
        return understand(self.lake, self.engine, Erring())

    monkeypatch.setattr(Asking, "_text_reader", lambda _: Erring.name)
    monkeypatch.setattr(toh.Workspace, "understand", reading)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> toh.Workspace:
    return a_workspace(tmp_path_factory.mktemp("many"), MANY)


@pytest.fixture
def few(tmp_path: Path) -> toh.Workspace:
    return a_workspace(tmp_path / "w", 40)


def sample(workspace: toh.Workspace, path: Path, **how: Any) -> list[Row]:
    workspace.sample_texts(path, **how)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def truly(row: Row) -> Row:
    return row | {"emotions": "joy" if joyful(row["text"]) else "none"}


def written(path: Path, rows: list[Row], *, delimiter: str = ";", encoding: str = "cp1252") -> Path:
    """As a Dutch spreadsheet saves it."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def of_joy(answer: Answer) -> Estimate:
    return next(row.estimate for row in answer if row.group["emotion"] == "joy")


def told(answer: Answer, label: str = "joy") -> dict[str, Any]:
    return next(row.more for row in answer if row.group["label"] == label)


def test_sample_is_blind_random_and_the_same_each_time(many: toh.Workspace, tmp_path: Path) -> None:
    rows = sample(many, tmp_path / "one.csv")
    assert len(rows) == 200
    assert list(rows[0]) == HEADER
    assert {cell for row in rows for cell in list(row.values())[3:]} == {""}
    assert {row["of"] for row in rows} == {"contacts"}
    again = sample(many, tmp_path / "two.csv", count=300)
    assert again[:200] == rows
    assert len({row["key"] for row in again}) == 300
    places = sorted(int(row["text"].split()[1]) for row in again)
    thirds = np.histogram(places, bins=3, range=(0, MANY))[0]
    assert thirds.min() > 75
    assert not all(row["key"][1:].isdigit() for row in rows)


@pytest.mark.parametrize(("language", "separator"), [("nl", ";"), ("en", ",")])
def test_sample_opens_in_a_spreadsheet_of_either_language(
    few: toh.Workspace,
    tmp_path: Path,
    language: str,
    separator: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOPOFHEART_LANGUAGE", language)
    few.sample_texts(tmp_path / "out.csv", count=5)
    content = (tmp_path / "out.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content[3:].splitlines()[0].decode() == separator.join(HEADER)
    with pytest.raises(InvalidInput) as refused:
        few.sample_texts(tmp_path / "out.csv")
    assert refused.value.code == "file_exists"
    assert (tmp_path / "out.csv").read_bytes() == content


def test_sample_holds_no_personal_data_and_no_formula(tmp_path: Path) -> None:
    said = texts(2).set_column(4, "text", [["tekst 1 mail jan@example.nl", "=1+1 tekst"]])
    workspace = make(tmp_path / "w", {"contacts": [said]})
    workspace.lake.snapshot()

    class Known(Erring):
        def scores(self, texts: Sequence[str]) -> Scores:
            return super().scores([f"tekst {len(text)}" for text in texts])

    understand(workspace.lake, workspace.engine, Known())
    shown = sorted(row["text"] for row in sample(workspace, tmp_path / "out.csv"))
    assert shown == ["'=1+1 tekst", "tekst 1 mail [mail]"]


def test_check_recovers_the_truth_that_reading_alone_misses(tmp_path: Path) -> None:
    workspace = a_workspace(tmp_path / "w", MANY)
    before = of_joy(workspace.emotions(of="contacts"))
    rows = sample(workspace, tmp_path / "sample.csv", count=400)
    found = workspace.check_texts(written(tmp_path / "judged.csv", [truly(row) for row in rows]))
    more = told(found)
    assert (more["yes"] + more["no"], found.question["texts"]) == (400, 400)
    assert more["found"] / more["yes"] == pytest.approx(SENSITIVITY, abs=0.12)
    assert more["denied"] / more["no"] == pytest.approx(SPECIFICITY, abs=0.06)
    answer = workspace.emotions(of="contacts")
    after = of_joy(answer)
    assert after.method == "double sampling"
    assert None not in (before.value, before.low, before.high, after.value, after.low, after.high)
    assert before.value > SHARE + 0.1  # type: ignore[operator]
    assert abs(after.value - SHARE) < 0.03  # type: ignore[operator]
    assert before.low < SHARE < before.high  # type: ignore[operator]
    assert after.low < SHARE < after.high  # type: ignore[operator]
    assert after.high - after.low < (before.high - before.low) / 2  # type: ignore[operator]
    assert answer.caveats == ("checked_here", "counted_as_read")
    assert answer.question["checked_texts"] == 400
    split = workspace.emotions(of="contacts", by="unit")
    joy = [row.estimate for row in split if row.group["emotion"] == "joy"]
    assert [one.method for one in joy] == ["Rogan–Gladen"] * 2
    assert set(split.caveats) == {"checked_here", "level_unsure"}
    assert workspace.emotions(of="contacts", as_of=2).caveats == ("counted_as_read",)


@pytest.mark.parametrize("count", [9, 10])
def test_label_is_corrected_from_ten_texts_of_either_kind(tmp_path: Path, count: int) -> None:
    workspace = a_workspace(tmp_path / "w", 200)
    rows = [truly(row) for row in sample(workspace, tmp_path / "sample.csv")]
    kept = [row for row in rows if row["emotions"] == "joy"][:count]
    kept += [row for row in rows if row["emotions"] == "none"][:30]
    more = told(workspace.check_texts(written(tmp_path / "judged.csv", kept)))
    assert (more["yes"], more["no"], more["corrects"]) == (count, 30, count == 10)
    method = of_joy(workspace.emotions(of="contacts")).method
    assert (method == "double sampling") == (count == 10)


def test_texts_judged_again_are_replaced_and_the_rest_stays(
    few: toh.Workspace, tmp_path: Path
) -> None:
    rows = sample(few, tmp_path / "sample.csv")
    path = tmp_path / "judged.csv"
    few.check_texts(written(path, [row | {"emotions": "Joy, relief"} for row in rows]))
    first = few.lake.snapshot().number
    few.check_texts(written(path, [row | {"emotions": "joy relief"} for row in rows]))
    assert len(rows_of(few, "checks")) == 40
    again = [rows[0] | {"emotions": "none"}, rows[1] | {"valence": "neutraal"}]
    found = few.check_texts(written(path, again, delimiter=",", encoding="utf-16"))
    assert told(found)["yes"] == 39
    assert told(found, "neutral") == {
        "found": 1, "yes": 1, "denied": 0, "no": 0, "corrects": False
    }  # fmt: skip
    kept = rows_of(few, "checks")
    assert len(kept) == 41
    assert sorted({row["said"] for row in kept}) == [" joy relief ", " neutral ", " none "]
    assert few.reader(first).files("checks").uris


def test_worry_and_what_is_feared_are_judged_together(few: toh.Workspace, tmp_path: Path) -> None:
    """Where there is no worry nothing is feared, and what is feared is a worry."""
    rows = sample(few, tmp_path / "sample.csv")[:3]
    given = [{"worry": "nee"}, {"worries": "money; stuck"}, {"worry": "yes"}]
    judged = [row | one for row, one in zip(rows, given, strict=True)]
    found = few.check_texts(written(tmp_path / "judged.csv", judged, delimiter="\t"))
    counts = {row.group["label"]: (row.more["yes"], row.more["no"]) for row in found}
    assert (counts["any"], counts["money"], counts["safety"]) == ((2, 1), (1, 1), (0, 2))
    assert "joy" not in counts


def test_text_that_changed_or_is_not_here_is_named(few: toh.Workspace, tmp_path: Path) -> None:
    rows = [truly(row) for row in sample(few, tmp_path / "sample.csv")]
    changed = int(rows[0]["text"].split()[1])
    strange = rows[1] | {"key": "t0123456789abcdef-abcdef"}
    engine = DuckEngine()
    with few.lake.writing() as writer:
        new = texts(1, first=changed).set_column(4, "text", [["tekst 7 heel anders"]])
        source = rows_of(few, "contacts")[0]["read_from"]
        add_rows(writer, engine, "contacts", new, source=source)
        writer.close(Snapshot(0, {}, "import", "test"))
    engine.close()
    found = few.check_texts(written(tmp_path / "judged.csv", [rows[0], strange, *rows[2:10]]))
    assert found.question["unknown"] == [rows[0]["key"], strange["key"]]
    assert found.question["texts"] == 8
    assert strange["key"] in as_text(found, 200)
    with pytest.raises(InvalidInput) as refused:
        few.check_texts(written(tmp_path / "judged.csv", [strange]))
    assert refused.value.code == "unknown_texts"


Spoil = Callable[[list[Row]], list[Row]]
BAD: dict[str, tuple[Spoil, str, tuple[str, ...]]] = {
    "nothing judged": (lambda rows: [row | {"emotions": ""} for row in rows], "empty_check", ()),
    "no column": (
        lambda rows: [{n: c for n, c in row.items() if n != "worry"} for row in rows],
        "bad_check",
        ("worry",),
    ),
    "another table": (
        lambda rows: [rows[0] | {"of": "orders"}],
        "bad_check",
        ("row 2", "of", "answers, contacts"),
    ),
    "no key": (lambda rows: [*rows[:2], rows[2] | {"key": "1E+15,"}], "bad_check", ("row 4",)),
    "wrong valence": (
        lambda rows: [rows[0], rows[1] | {"valence": "bad"}],
        "bad_check",
        ("row 3", "valence", "'bad'", "negative, neutral, positive, mixed"),
    ),
    "two valences": (
        lambda rows: [rows[0] | {"valence": "positive negative"}],
        "bad_check",
        ("row 2", "valence"),
    ),
    "wrong emotion": (
        lambda rows: [rows[0] | {"emotions": "joy, hope"}],
        "bad_check",
        ("row 2", "emotions", *EMOTIONS, "none"),
    ),
    "none beside one": (
        lambda rows: [rows[0] | {"emotions": "joy none"}],
        "bad_check",
        ("row 2", "emotions"),
    ),
    "no worry but one": (
        lambda rows: [rows[0] | {"worry": "no", "worries": "money"}],
        "bad_check",
        ("row 2", "worries", "money"),
    ),
    "twice": (lambda rows: [*rows[:3], rows[0]], "bad_check", ("row 5", "row 2")),
}


@pytest.mark.parametrize("what", BAD)
def test_file_that_cannot_be_meant_so_is_refused_and_nothing_kept(
    few: toh.Workspace, tmp_path: Path, what: str
) -> None:
    spoil, code, said = BAD[what]
    rows = [truly(row) for row in sample(few, tmp_path / "sample.csv")]
    with pytest.raises(InvalidInput) as refused:
        few.check_texts(written(tmp_path / "judged.csv", spoil(rows)))
    assert refused.value.code == code
    assert all(one in str(refused.value) for one in said), refused.value
    assert not few.reader().files("checks").uris


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "bad_check"), (b"PK\x03\x04workbook", "bad_check"), (b"\xff\xfe", "bad_check"),
     (b"key,of\n\"t1", "bad_check"), (None, "no_file")],
)  # fmt: skip
def test_file_that_is_no_sample_is_refused(
    few: toh.Workspace, tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = tmp_path / "judged.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        few.check_texts(path)
    assert refused.value.code == code


def test_check_is_kept_without_text_and_forgotten_with_its_customer(
    few: toh.Workspace, tmp_path: Path
) -> None:
    rows = [truly(row) for row in sample(few, tmp_path / "sample.csv")]
    few.check_texts(written(tmp_path / "judged.csv", rows))
    gone = next(row for row in rows_of(few, "contacts") if row["text"] == rows[0]["text"])
    customer = gone["customer_id"]
    lake = few.folder / "lake"
    assert places_of(lake / "checks", [rows[0]["text"]]) == {rows[0]["text"]: set()}
    assert places_of(lake / "checks", [customer])[customer]
    few.forget(customer)
    few.maintain()
    assert places_of(lake, [customer, rows[0]["text"]]) == {customer: set(), rows[0]["text"]: set()}
    assert gone["key"] not in {row["row_key"] for row in rows_of(few, "checks")}
    assert len(rows_of(few, "checks")) == 39
    found = few.check_texts(written(tmp_path / "judged.csv", rows))
    assert found.question["unknown"] == [rows[0]["key"]]
    assert told(found)["yes"] + told(found)["no"] == 39


def test_samples_and_checks_are_noted_and_stay_behind_the_rows_door(
    few: toh.Workspace, tmp_path: Path
) -> None:
    rows = sample(few, tmp_path / "sample.csv")
    few.check_texts(written(tmp_path / "judged.csv", [truly(row) for row in rows]))
    noted = [line["question"] for line in few.audit.lines()]
    assert [one["asked"] for one in noted] == ["sample", "check"]
    assert noted[0] | {"of": "contacts", "count": 40, "door": "rows"} == noted[0]
    for ask in (few.statistics.sample_texts, few.statistics.check_texts):
        with pytest.raises(InvalidInput):
            ask(tmp_path / "other.csv")
    assert not (tmp_path / "other.csv").exists()


@pytest.mark.parametrize(("language", "words"), [("nl", "blijdschap"), ("en", "joy")])
def test_check_is_told_in_words(
    few: toh.Workspace, tmp_path: Path, language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [truly(row) for row in sample(few, tmp_path / "sample.csv")]
    monkeypatch.setenv("TOPOFHEART_LANGUAGE", language)
    found = few.check_texts(written(tmp_path / "judged.csv", rows))
    told_of = as_text(found, 80)
    line = next(line for line in told_of.splitlines() if words in line)
    assert ("8" in line, "32" in line) == (True, True)
    assert max(map(len, told_of.splitlines())) <= 80
    assert words in found.to_csv() or "joy" in found.to_csv()
    assert found.chart().to_dict()
