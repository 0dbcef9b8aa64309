"""Every question on both engines: the same rows, to the last digit that floating point allows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import topofheart as toh
from small_organisation import (
    answers,
    contacts,
    customers,
    invitations,
    make,
    make_all,
    orders,
    said_contacts,
    totals,
)
from spark_cluster import SparkCluster
from topofheart.kernel.errors import MissingEngine
from topofheart.kernel.period import EVERY
from topofheart.measure.journey_order import _median_days
from topofheart.measure.metrics import METRICS
from topofheart.measure.question import Question, ask
from topofheart.measure.question_groups import Groups, write_groups
from topofheart.measure.reader import Reader
from topofheart.measure.sums import spread_of_answers
from topofheart.measure.targets import Targets
from topofheart.measure.voices import callers
from topofheart.settings import Settings

pytestmark = pytest.mark.spark

SEGMENTS = Targets((("segment", (("consumer", 3.0), ("business", 1.0))),))
QUESTIONS: list[dict[str, Any]] = [
    *({"metric": metric} for metric in METRICS),
    *({"metric": metric, "clusters": False} for metric in METRICS),
    *({"metric": "nps", "every": every} for every in EVERY),
    {"metric": "nps", "by": ["unit", "touchpoint"], "every": "quarter"},
    {"metric": "nps", "by": "segment"},
    {"metric": "csat", "by": ["segment", "region"], "every": "year"},
    {"metric": "grade", "by": "device"},
    {"metric": "nps", "by": "channel"},
    {"metric": "nps", "where": {"unit": ["Breda", "Gouda"], "segment": "business"}},
    {"metric": "nps", "since": "2025-03", "until": "2025-Q3", "every": "week"},
    {"metric": "worry", "by": "kind", "level": 0.9},
    *({"metric": metric, "targets": SEGMENTS} for metric in METRICS),
    {"metric": "nps", "by": "region", "every": "quarter", "targets": SEGMENTS, "clusters": False},
]
COMPARISONS: list[dict[str, Any]] = [
    {"metric": "nps", "every": "month"},
    {"metric": "nps", "every": "quarter", "by": "unit"},
    {"metric": "nps", "by": "unit"},
    {"metric": "grade", "by": "segment"},
    {"metric": "csat", "periods": ("2025-Q2", "2025-Q4")},
    {"metric": "worry", "every": "year"},
]


RANKINGS: list[dict[str, Any]] = [
    {"by": "unit"},
    {"metric": "grade", "by": ["segment", "touchpoint"], "k": 2},
    {"metric": "csat", "by": "region", "since": "2025-06"},
]
SHARED: list[dict[str, Any]] = [
    {"by": "unit", "every": "month"},
    {"by": "segment", "where": {"unit": ["Breda", "Gouda"]}},
    {"by": ["unit", "touchpoint"], "since": "2025-Q3", "until": "2025-Q3"},
]
TRENDS: list[dict[str, Any]] = [
    {},
    {"metric": "grade", "by": "unit"},
    {"metric": "nps", "by": "segment", "every": "week"},
    {"metric": "csat", "where": {"unit": "Breda"}, "every": "day"},
]

OF_TEXTS: list[tuple[str, dict[str, Any]]] = [
    ("questions", {}),
    ("questions", {"of": "answers", "where": {"unit": "Breda"}}),
    ("questions", {"since": "2025-01-10", "count": 2, "level": 0.9}),
    ("emotions", {"of": "contacts"}),
    ("emotions", {"by": "segment", "every": "year"}),
    ("worries", {"by": ["unit", "channel"]}),
    ("topics", {"of": "contacts", "where": {"segment": "business"}}),
    ("valence", {"every": "quarter", "since": "2025-03"}),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    with SparkCluster(tmp_path_factory.mktemp("spark")) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_all(tmp_path_factory.mktemp("lake") / "met spatie").folder


@pytest.fixture(scope="module")
def here(folder: Path) -> toh.Workspace:
    return toh.open(folder)


@pytest.fixture(scope="module")
def there(folder: Path, cluster: SparkCluster) -> Iterator[toh.Workspace]:
    workspace = toh.Workspace(folder, Settings(engine=cluster.url))
    yield workspace
    workspace.engine.close()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _nothing_kept(folder: Path) -> None:
    """Each engine adds up for itself."""
    (folder / "sums.sqlite3").unlink(missing_ok=True)


def assert_same(one: Any, other: Any, path: str = "") -> None:
    """Equal, numbers to 1e-12 of their size."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), path
        for key in one:
            assert_same(one[key], other[key], f"{path}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), path
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, f"{path}[{place}]")
    elif isinstance(one, float) and isinstance(other, float):
        assert math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12), (path, one, other)
    else:
        assert one == other, (path, one, other)


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_score_on_spark_equals_duckdb(
    asked: dict[str, Any], here: toh.Workspace, there: toh.Workspace, folder: Path
) -> None:
    ours = here.score(**asked).as_dict()
    _nothing(folder)
    theirs = there.score(**asked).as_dict()
    assert any(row["state"] == "shown" for row in ours["rows"])
    assert_same(ours, theirs)


@pytest.mark.parametrize("asked", COMPARISONS, ids=str)
def test_comparison_on_spark_equals_duckdb(
    asked: dict[str, Any], here: toh.Workspace, there: toh.Workspace, folder: Path
) -> None:
    ours = here.compare(**asked).as_dict()
    _nothing(folder)
    assert_same(ours, there.compare(**asked).as_dict())


@pytest.mark.parametrize("asked", RANKINGS, ids=str)
def test_ranking_on_spark_equals_duckdb(
    asked: dict[str, Any], here: toh.Workspace, there: toh.Workspace, folder: Path
) -> None:
    ours = here.rank(**asked).as_dict()
    _nothing(folder)
    assert_same(ours, there.rank(**asked).as_dict())


@pytest.mark.parametrize("asked", TRENDS, ids=str)
def test_trend_on_spark_equals_duckdb(
    asked: dict[str, Any], here: toh.Workspace, there: toh.Workspace, folder: Path
) -> None:
    ours = here.trend(**asked).as_dict()
    _nothing(folder)
    assert_same(ours, there.trend(**asked).as_dict())


@pytest.mark.parametrize("asked", SHARED, ids=str)
def test_statistics_door_on_spark_equals_duckdb(
    asked: dict[str, Any], here: toh.Workspace, there: toh.Workspace, folder: Path
) -> None:
    ours = here.statistics.score("nps", **asked).as_dict()
    _nothing(folder)
    assert_same(ours, there.statistics.score("nps", **asked).as_dict())


def test_events_and_invitations_around_a_change_on_spark_equal_duckdb(
    tmp_path: Path, cluster: SparkCluster
) -> None:
    months = [date(2025, month, 1) for month in range(1, 13)]
    spread = {"promoters": 200.0, "passives": 50.0, "detractors": 50.0}
    turned = {"promoters": 50.0, "passives": 50.0, "detractors": 200.0}
    tables = {
        "answer_counts": pa.Table.from_pylist(
            [
                {
                    "answer_count_id": str(day),
                    "counted_on": day,
                    **(spread if day.month < 7 else turned),
                }
                for day in [*months, date(2025, 12, 31)]
            ]
        ),
        "invitations": pa.Table.from_pylist(
            [
                {
                    "invitation_id": f"{day}-{i}",
                    "invited_at": datetime(day.year, day.month, 1 + i % 28, 12, tzinfo=UTC),
                    "outcome": "answered" if i % (2 if day.month < 7 else 4) else "withheld",
                }
                for day in months
                for i in range(40 if day.month < 7 else 100)
            ]
        ),
        "channels": pa.table(
            {"channel_id": ["1"], "name": ["chat"], "open_from": [date(2025, 6, 20)]}
        ),
    }
    workspace = make(tmp_path / "around", {name: [rows] for name, rows in tables.items()})
    ours = workspace.trend().as_dict()
    (change,) = ours["rows"][0]["changes"]
    assert change["period"] == "2025-07"
    assert [event["what"] for event in change["events"]] == ["chat"]
    assert {suspect["what"] for suspect in change["suspects"]} == {"invitations", "withheld"}
    _nothing(workspace.folder)
    spark = toh.Workspace(workspace.folder, Settings(engine=cluster.url))
    assert_same(ours, spark.trend().as_dict())
    spark.engine.close()  # type: ignore[attr-defined]


def test_score_as_of_an_earlier_snapshot_on_spark_equals_duckdb(
    here: toh.Workspace, there: toh.Workspace, folder: Path
) -> None:
    ours = here.nps(by="unit", as_of=1).as_dict()
    _nothing(folder)
    theirs = there.nps(by="unit", as_of=1).as_dict()
    assert_same(ours, theirs)
    assert sum(row["n"] for row in ours["rows"]) < sum(
        row["n"] for row in here.nps(by="unit").as_dict()["rows"]
    )


def test_totals_on_spark_equal_duckdb(tmp_path: Path, cluster: SparkCluster) -> None:
    workspace = make(tmp_path / "totals", {"answer_counts": [totals()]})
    ours = workspace.nps(by="unit", every="quarter").as_dict()
    _nothing(workspace.folder)
    spark = toh.Workspace(workspace.folder, Settings(engine=cluster.url))
    assert_same(ours, spark.nps(by="unit", every="quarter").as_dict())
    assert ours["caveats"] == ["kind_unknown", "from_totals"]
    spark.engine.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("outcomes", [("answered", "withheld"), (None, "bounced")], ids=str)
def test_response_on_spark_equals_duckdb(
    outcomes: tuple[str | None, ...], tmp_path: Path, cluster: SparkCluster
) -> None:
    tables = {
        "invitations": [invitations(900, outcomes=outcomes)],
        "answers": [answers(300, seed=4)],
        "customers": [customers(900)],
    }
    workspace = make(tmp_path / "asked", tables)
    spark = toh.Workspace(workspace.folder, Settings(engine=cluster.url))
    for asked in ({}, {"by": "channel", "every": "month"}, {"where": {"segment": "business"}}):
        ours = workspace.response(**asked).as_dict()
        _nothing(workspace.folder)
        assert_same(ours, spark.response(**asked).as_dict())
        _nothing(workspace.folder)
    spark.engine.close()  # type: ignore[attr-defined]


def test_single_answers_on_spark_equal_duckdb(here: toh.Workspace, there: toh.Workspace) -> None:
    question = ask("nps", where={"kind": "relationship"})

    def all_of(reader: Reader) -> Any:
        def spread(rows: Any, asked: Question, _: Any) -> Any:
            return spread_of_answers(rows, asked, METRICS["nps"])

        found = reader.engine.read(reader.expression(question, spread)).to_pylist()
        return (
            reader.span(question),
            callers(reader, question, low=6, days=60, most=20),
            sorted((row["kind"], row["answer"], row["n"]) for row in found),
        )

    assert all_of(here.reader()) == all_of(there.reader())


def test_journey_on_spark_equals_duckdb(tmp_path: Path, cluster: SparkCluster) -> None:
    tables = {"answers": [answers(1_200, seed=7)], "contacts": [contacts()], "orders": [orders()]}
    here = make(tmp_path / "journey", tables)
    there = toh.Workspace(here.folder, Settings(engine=cluster.url))
    for asked in ({}, {"metric": "csat", "where": {"unit": "Gouda"}}, {"by": "unit"}):
        ours = here.journey(**asked).as_dict()
        _nothing(here.folder)
        assert_same(ours, there.journey(**asked).as_dict())
    question = ask("nps", by="touchpoint")
    days = [_median_days(one.reader(), question, "orders", "ordered_on") for one in (here, there)]
    assert days[0]
    assert days[0] == days[1]
    there.engine.close()  # type: ignore[attr-defined]


def test_voices_on_spark_equal_duckdb(here: toh.Workspace, there: toh.Workspace) -> None:
    for asked in ({}, {"by": ["segment", "kind"], "count": 3}, {"about": ("wacht", "(waar")}):
        ours = here.voices(**asked).as_dict()
        assert any(row.get("said") for row in ours["rows"])
        assert_same(ours, there.voices(**asked).as_dict())


@pytest.fixture(scope="module")
def spoken(
    tmp_path_factory: pytest.TempPathFactory, cluster: SparkCluster
) -> Iterator[tuple[toh.Workspace, toh.Workspace]]:
    """A lake whose texts were understood on DuckDB, asked on both engines."""
    here = make(tmp_path_factory.mktemp("spoken"), _spoken_tables())
    here.understand()
    there = toh.Workspace(here.folder, Settings(engine=cluster.url))
    yield here, there
    there.engine.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "asked",
    [
        {"of": "contacts"},
        {"of": "contacts", "about": ("brievenbus", "levering"), "by": "segment"},
        {"of": "contacts", "about": "delivery_when", "where": {"valence": ["neutral", "negative"]}},
        {"about": "worry"},
    ],
    ids=str,
)
def test_quotes_by_what_was_understood_on_spark_equal_duckdb(
    asked: dict[str, Any], spoken: tuple[toh.Workspace, toh.Workspace]
) -> None:
    here, there = spoken
    ours = here.voices(**asked).as_dict()
    assert any(row.get("said") for row in ours["rows"])
    assert_same(ours, there.voices(**asked).as_dict())


def _spoken_tables() -> dict[str, list[pa.Table]]:
    published = {
        "published_id": ["1"],
        "question": ["Past het pakket door de brievenbus?"],
        "from_on": [date(2025, 1, 20)],
    }
    return {
        "contacts": [said_contacts()],
        "answers": [answers(900, seed=8)],
        "customers": [customers(450)],
        "orders": [orders()],
        "published": [pa.table(published)],
    }


@pytest.mark.parametrize(("kind", "asked"), OF_TEXTS, ids=str)
def test_question_about_texts_on_spark_equals_duckdb(
    kind: str, asked: dict[str, Any], spoken: tuple[toh.Workspace, toh.Workspace]
) -> None:
    here, there = spoken
    ours = getattr(here, kind)(**asked).as_dict()
    assert any(row["state"] == "shown" for row in ours["rows"])
    assert_same(ours, getattr(there, kind)(**asked).as_dict())


def test_analysts_groups_on_spark_equal_duckdb(
    spoken: tuple[toh.Workspace, toh.Workspace],
) -> None:
    here, there = spoken
    first, *_, last = (row["id"] for row in here.questions().as_dict()["rows"])
    groups = Groups().merge(last, first).split(first, "own.parcel", ("parcel",)).pin("own.parcel")
    write_groups(here.folder, groups)
    try:
        ours = here.questions().as_dict()
        assert ours["rows"][0]["id"] == "own.parcel"
        assert_same(ours, there.questions().as_dict())
    finally:
        (here.folder / "questions.toml").unlink()


def test_texts_understood_over_spark_are_those_understood_over_duckdb(
    spoken: tuple[toh.Workspace, toh.Workspace], tmp_path: Path, cluster: SparkCluster
) -> None:
    here, there = spoken
    assert there.understand().read == 0
    folder = make(tmp_path / "by_spark", _spoken_tables()).folder
    spark = toh.Workspace(folder, Settings(engine=cluster.url))
    assert spark.understand().read > 0
    assert toh.open(folder).understand().read == 0
    assert_same(here.questions().as_dict()["rows"], spark.questions().as_dict()["rows"])
    spark.engine.close()  # type: ignore[attr-defined]


def test_sample_and_check_on_spark_equal_duckdb(tmp_path: Path, cluster: SparkCluster) -> None:
    here = make(tmp_path / "checked", _spoken_tables())
    there = toh.Workspace(here.folder, Settings(engine=cluster.url))
    here.sample_texts(tmp_path / "ours.csv", count=60)
    there.sample_texts(tmp_path / "theirs.csv", count=60)
    lines = (tmp_path / "ours.csv").read_text("utf-8-sig").splitlines()
    assert lines == (tmp_path / "theirs.csv").read_text("utf-8-sig").splitlines()
    header, *texts = (line.rsplit(",,,,", 1)[0] for line in lines)
    judged = [f"{text},,joy worry,{('yes', 'no')[i % 2]}," for i, text in enumerate(texts)]
    (tmp_path / "judged.csv").write_text("\n".join([header, *judged]), encoding="utf-8")
    theirs = there.check_texts(tmp_path / "judged.csv").as_dict()
    ours = here.check_texts(tmp_path / "judged.csv").as_dict()
    assert ours["question"]["texts"] == 60
    assert ours["rows"] == theirs["rows"]
    for asked in ({}, {"by": "segment"}):
        found = here.worries(**asked).as_dict()
        assert "checked_here" in found["caveats"]
        assert_same(found, there.worries(**asked).as_dict())
    there.engine.close()  # type: ignore[attr-defined]


def test_doctor_on_spark_equals_duckdb(here: toh.Workspace, there: toh.Workspace) -> None:
    assert_same(here.doctor().as_dict(), there.doctor().as_dict())


def test_engine_where_nothing_answers_says_so() -> None:
    with pytest.raises(MissingEngine) as refused:
        toh.Workspace(Path("nowhere"), Settings(engine="sc://127.0.0.1:9")).engine  # noqa: B018
    assert refused.value.hint


def _nothing(folder: Path) -> None:
    (folder / "sums.sqlite3").unlink(missing_ok=True)
