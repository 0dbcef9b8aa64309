"""Days, times and numbers as people write them; instants and local days against zoneinfo."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from topofheart.lake.duckdb_engine import DuckEngine, literal
from topofheart.listen.amounts import amount_sql, decimal_of, number, number_sql
from topofheart.listen.days import day_sql, formats_of, instant_sql, local_day_sql

ZONE = "Europe/Amsterdam"
ZONES = (ZONE, "UTC", "America/New_York", "America/Santiago", "Asia/Kolkata", "Australia/Lord_Howe",
         "Africa/Casablanca", "Asia/Beirut", "Pacific/Apia", "Pacific/Auckland")  # fmt: skip
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)


def instant(engine: DuckEngine, text: str, format: str, zone: str = ZONE) -> datetime | None:
    micros = f"epoch_us({instant_sql('t', format, zone)})"
    (found,) = engine.one(f"SELECT {micros} FROM (SELECT {literal(text)} AS t)")
    return None if found is None else datetime.fromtimestamp(found / 1e6, UTC)


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("2026-03-04 12:00:00", "iso"),
        ("2026-03-04T12:00", "iso"),
        ("2026-3-4 12:00:00.000", "iso"),
        (" 2026-03-04 12:00:00 ", "iso"),
        ("2026-03-04T11:00:00Z", "iso"),
        ("2026-03-04 11:00:00 UTC", "iso"),
        ("2026-03-04T13:00:00+02:00", "iso"),
        ("2026-03-04 13:00 +02:00", "iso"),
        ("2026-03-04T06:00:00.000-0500", "iso"),
        ("2026-03-04 12:00+01", "iso"),
        ("04-03-2026 12:00", "%d-%m-%Y %H:%M"),
        ("4-3-2026 12:00:00", "%d-%m-%Y %H:%M:%S"),
        ("04/03/2026 12:00", "%d/%m/%Y %H:%M"),
        ("03/04/2026 12:00:00 PM", "%m/%d/%Y %I:%M:%S %p"),
        ("04.03.2026 12:00", "%d.%m.%Y %H:%M"),
        ("2026/03/04 12:00", "%Y/%m/%d %H:%M"),
        ("20260304 12:00", "%Y%m%d %H:%M"),
        ("04-03-26 12:00", "%d-%m-%y %H:%M"),
        ("4 maart 2026 12:00", "%d %b %Y %H:%M"),
        ("4 Mrt. 2026 12:00", "%d %b %Y %H:%M"),
        ("4 March 2026 12:00", "%d %b %Y %H:%M"),
        ("Mar 4, 2026 12:00 pm", "%b %d, %Y %I:%M %p"),
        ("04-mrt-2026 12:00", "%d-%b-%Y %H:%M"),
        ("1772622000", "unix"),
        ("1772622000.0", "unix"),
        ("1772622000000", "unix ms"),
        ("46085.5", "excel"),
    ],
)
def test_time_however_written_is_the_same_instant(
    text: str, format: str, shared_engine: DuckEngine
) -> None:
    assert instant(shared_engine, text, format) == NOON


@pytest.mark.parametrize("month", ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
    "september", "oktober", "november", "december", "jan", "feb", "mrt", "apr", "jun", "jul", "aug", "sept",
    "okt", "nov", "dec", "January", "February", "March", "May", "June", "July", "August", "October"])  # fmt: skip
def test_month_in_words_is_found_in_two_languages(month: str, shared_engine: DuckEngine) -> None:
    text = f"15 {month} 2026"
    (format,) = formats_of([text] * 3)
    found = instant(shared_engine, text, format)
    assert found is not None
    short = (
        month.lower()[:3]
        .replace("maa", "mar")
        .replace("mrt", "mar")
        .replace("mei", "may")
        .replace("okt", "oct")
    )
    assert (
        found.astimezone(ZoneInfo(ZONE)).date()
        == datetime.strptime(f"15 {short} 2026", "%d %b %Y").date()
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2026-03-04", "2026-03-05T10:00:00Z"], ["iso"]),
        (["13-02-2026", "01-02-2026"], ["%d-%m-%Y"]),
        (["02/13/2026", "02/01/2026"], ["%m/%d/%Y"]),
        (["13/02/2026", "02/01/2026"], ["%d/%m/%Y"]),
        (["03/02/2026", "02/01/2026"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["03-02-2026 9:05"], ["%d-%m-%Y %H:%M", "%m-%d-%Y %H:%M"]),
        (["04-03-2026", "05-03-2026", "13-03-2026", "14-03-2026", "onbekend"], ["%d-%m-%Y"]),
        (["04-03-2026", "onbekend", "weet ik niet"], []),
        (["9", "10", "0"], []),
        (["K001", "K002"], []),
        (["0612345678"], []),
        ([], []),
    ],
)
def test_format_of_a_column_is_the_one_that_fits_best(
    values: list[str], expected: list[str]
) -> None:
    assert formats_of(values) == expected


@pytest.mark.parametrize("text", ["infinity", "-infinity", "epoch", "now", "today", "2026-13-01", "2026-02-30",
    "2026", "x", "2026-03-04 25:00:00", "2026-03-04 x", "99999999999999999999", "1e300", "nan"])  # fmt: skip
@pytest.mark.parametrize("format", ["iso", "unix", "unix ms", "excel", "%d-%m-%Y"])
def test_time_that_is_not_written_so_is_nothing(
    text: str, format: str, shared_engine: DuckEngine
) -> None:
    found = instant(shared_engine, text, format)
    assert found is None or (text == "2026" and format in ("unix", "unix ms", "excel"))


def _hours_around_changes(zone: str) -> list[datetime]:
    """Every quarter of an hour on the wall for two days around each change of the clock, of years spread
    over what organisations have."""
    info = ZoneInfo(zone)
    hours = []
    for year in (2011, 2019, 2024, 2025):
        days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
        for one, next_one in pairwise(days):
            if one.astimezone(info).utcoffset() != next_one.astimezone(info).utcoffset():
                start = datetime(one.year, one.month, one.day) - timedelta(days=1)
                hours += [start + timedelta(minutes=15 * n) for n in range(4 * 72)]
    return hours or [datetime(2024, 1, 1) + timedelta(hours=n) for n in range(48)]


@pytest.mark.parametrize("zone", ZONES)
def test_clock_times_around_every_change_agree_with_zoneinfo(
    zone: str, shared_engine: DuckEngine
) -> None:
    """The hour that is skipped counts from before the change; of the hour that comes twice, either."""
    info = ZoneInfo(zone)
    walls = sorted(set(_hours_around_changes(zone)))
    rows = ", ".join(f"('{wall:%Y-%m-%d %H:%M:%S}')" for wall in walls)
    inst = instant_sql("t", "iso", zone)
    found = shared_engine.rows(
        f"SELECT t, epoch(i)::BIGINT, {local_day_sql('i', zone)}::VARCHAR, {day_sql('t', 'iso', zone)}::VARCHAR "
        f"FROM (SELECT t, {inst} AS i FROM (VALUES {rows}) AS walls(t))"
    )
    assert len(found) == len(walls)
    for text, seconds, local, day in found:
        wall = datetime.fromisoformat(text).replace(tzinfo=info)
        folds = {int(wall.replace(fold=fold).timestamp()) for fold in (0, 1)}
        assert seconds in folds, (zone, text)
        expected = datetime.fromtimestamp(seconds, info).date().isoformat()
        assert (local, day) == (expected, expected), (zone, text)


@pytest.mark.parametrize("zone", ZONES)
def test_instants_around_every_change_fall_on_the_local_day_of_zoneinfo(
    zone: str, shared_engine: DuckEngine
) -> None:
    info = ZoneInfo(zone)
    instants = [wall.replace(tzinfo=UTC) for wall in _hours_around_changes(zone)]
    rows = ", ".join(f"('{one:%Y-%m-%dT%H:%M:%SZ}')" for one in instants)
    found = shared_engine.rows(
        f"SELECT t, epoch(i)::BIGINT, {local_day_sql('i', zone)}::VARCHAR "
        f"FROM (SELECT t, {instant_sql('t', 'iso', zone)} AS i FROM (VALUES {rows}) AS one(t))"
    )
    for text, seconds, local in found:
        one = datetime.fromisoformat(text)
        assert seconds == one.timestamp()
        assert local == one.astimezone(info).date().isoformat()


def test_skipped_hour_counts_from_before_and_the_double_hour_is_its_second_time(
    shared_engine: DuckEngine,
) -> None:
    assert instant(shared_engine, "2026-03-29 02:30:00", "iso") == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
    assert instant(shared_engine, "2026-10-25 02:30:00", "iso") == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_day_with_an_offset_is_the_local_day(shared_engine: DuckEngine) -> None:
    text = "(SELECT '2026-03-31T23:30:00Z' AS t)"
    (found,) = shared_engine.one(f"SELECT {day_sql('t', 'iso', ZONE)} FROM {text}")
    assert found == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("7", ".", 7), ("7.5", ".", 7.5), ("7,5", ".", 7.5), ("7,5", ",", 7.5), ("7.5", ",", 7.5),
        ("1.234", ".", 1.234), ("1.234", ",", 1234), ("1,234", ".", 1234), ("1,234", ",", 1.234),
        ("1.234,5", ",", 1234.5), ("1,234.5", ".", 1234.5), ("1.234.567", ",", 1234567),
        (" 8 ", ".", 8), ("\u00a08\t", ",", 8), ("+3", ".", 3), ("-0,5", ",", -0.5), (",5", ",", 0.5),
        ("1e3", ".", 1000), ("1.234,5", ".", None), ("nan", ".", None), ("inf", ",", None),
        ("-Infinity", ".", None), ("1e400", ".", None), ("x", ".", None), ("", ",", None), ("8,5,5", ",", None),
        ("9 - goed", ".", None), ("٣", ".", None),
    ],
)  # fmt: skip
def test_number_however_written_is_read_or_is_nothing(
    text: str, decimal: str, expected: float | None, shared_engine: DuckEngine
) -> None:
    (found,) = shared_engine.one(
        f"SELECT {number_sql('t', decimal)} FROM (SELECT {literal(text)} AS t)"
    )
    assert found == expected
    if text != "٣":
        assert number(text, decimal) == (None if text == "1e400" else expected)


@settings(max_examples=200, deadline=None)
@given(text=st.text("0123456789.,+-eE ", max_size=9), decimal=st.sampled_from(".,"))
def test_number_in_a_sample_is_the_number_in_the_lake(
    text: str, decimal: str, shared_engine: DuckEngine
) -> None:
    (found,) = shared_engine.one(
        f"SELECT {number_sql('t', decimal)} FROM (SELECT {literal(text)} AS t)"
    )
    here = number(text, decimal)
    assume("+-" not in text)
    assert (
        found == here
        or (here is not None and abs(here) > 1e15)
        or (found is not None and abs(found) > 1e15)
    )


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        (["7,5", "8"], ","), (["7.5", "8"], "."), (["1.234,50"], ","), (["1,234.50"], "."),
        (["1.234", "0,5"], ","), (["8", "9"], "."), (["1,234"], "."), (["0,125"], ","),
    ],
)  # fmt: skip
def test_decimal_sign_is_told_by_the_values(values: list[str], sign: str) -> None:
    assert decimal_of(values) == sign


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("€ 1.234,50", ",", "1234.50"), ("EUR 12,5", ",", "12.50"), ("12,-", ",", "12.00"), ("-3.99", ".", "-3.99"),
        ("$1,234.50", ".", "1234.50"), ("(12,50)", ",", None), ("gratis", ",", None), ("\u00a012", ".", "12.00"),
    ],
)  # fmt: skip
def test_amount_keeps_its_sign_and_loses_its_currency(
    text: str, decimal: str, expected: str | None, shared_engine: DuckEngine
) -> None:
    (found,) = shared_engine.one(
        f"SELECT {amount_sql('t', decimal)}::VARCHAR FROM (SELECT {literal(text)} AS t)"
    )
    assert found == expected
