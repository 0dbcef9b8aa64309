"""Totals in the shapes in which systems give them, as counts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listen.files import accounted, lake_rows, read
from listen.right import differences, read_export
from topofheart.listen.assumptions import decided
from topofheart.listen.mapping import checked
from topofheart.listen.reshape import first_day
from topofheart.listen.totals import _counts
from topofheart.workspace import Workspace

EXPORTS = (
    "calls_per_interval_en.csv", "calls_per_interval_nl.csv", "invitations_per_month.csv", "nps_per_month_en.csv",
    "nps_per_month_nl.csv",
)  # fmt: skip
PROMOTERS = "counted_on, promoters, passives, detractors"


@pytest.mark.parametrize("name", EXPORTS)
def test_export_of_totals_is_read_as_its_maker_meant(name: str, workspace: Workspace) -> None:
    done = read_export(name, workspace)
    assert differences(name, done, workspace) == []
    again = read_export(name, workspace)
    assert (again.placed.new, again.placed.changed) == (0, 0)


def test_percentages_with_their_number_are_counts(workspace: Workspace) -> None:
    table = (
        "Maand;Promotors %;Passives %;Detractors %;Aantal respondenten\n"
        "2026-01;40%;35%;25%;200\n2026-02;33,3%;33,3%;33,4%;100\n"
    )
    done = read(workspace, table, "nps.csv")
    assert lake_rows(workspace, PROMOTERS, "answer_counts") == [
        (date(2026, 1, 1), 80, 70, 50),
        (date(2026, 2, 1), 33, 33, 34),
    ]
    assert {one.code for one in done.assumptions} == {"from_share"}
    assert workspace.nps().rows[0].estimate.n == 300


def test_percentages_that_do_not_add_up_are_refused(workspace: Workspace) -> None:
    table = (
        "Maand;Promotors %;Passives %;Detractors %;Aantal respondenten\n"
        "2026-01;40%;35%;25%;200\n2026-02;40%;40%;40%;200\n2026-03;40%;35%;25%;\n"
    )
    done = read(workspace, table, "nps.csv")
    assert accounted(done)
    assert (done.placed.new, done.placed.refused) == (1, 2)


def test_percentages_without_their_number_are_never_counts(workspace: Workspace) -> None:
    done = read(
        workspace, "Maand;Promotors %;Detractors %\n2026-01;40;25\n2026-02;41;24\n", "nps.csv"
    )
    assert not {use.to for use in done.mapping.columns} & {"promoters", "detractors"}


@given(
    st.lists(st.integers(0, 500), min_size=3, max_size=3).filter(lambda one: sum(one) > 0),
)
def test_counts_from_exact_shares_are_the_counts(counts: list[int]) -> None:
    n = sum(counts)
    shares: list[str | None] = [f"{100 * one / n:.6f}" for one in counts]
    assert _counts(shares, str(n), ".") == [str(one) for one in counts]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), st.integers(1, 5_000))
def test_counts_from_rounded_shares_add_up(cuts: list[float], n: int) -> None:
    low, high = sorted(cuts)
    shares: list[str | None] = [str(round(100 * one)) for one in (low, high - low, 1 - high)]
    counts = [int(one) for one in _counts(shares, str(n), ".") if one]
    assert sum(counts) == n
    assert min(counts) >= 0


def test_months_beside_each_other_come_below_each_other(workspace: Workspace) -> None:
    table = "Groep;jan 2026;feb 2026;mrt 2026\nPromotors;40;50;30\nPassives;30;30;30\nDetractors;30;20;40\n"
    done = read(workspace, table, "nps.csv")
    assert lake_rows(workspace, PROMOTERS, "answer_counts") == [
        (date(2026, 1, 1), 40, 30, 30),
        (date(2026, 2, 1), 50, 30, 20),
        (date(2026, 3, 1), 30, 30, 40),
    ]
    assert "months_below" in {one.code for one in done.assumptions}


def test_months_beside_each_other_keep_their_dimensions(workspace: Workspace) -> None:
    table = (
        "Vestiging;Wat;2026-01;2026-02;2026-03\nUtrecht;Verstuurd;100;110;120\nUtrecht;Ingevuld;20;22;24\n"
        "Zwolle;Verstuurd;50;60;70\nZwolle;Ingevuld;10;12;14\n"
    )
    read(workspace, table, "respons.csv")
    rows = lake_rows(workspace, "unit, counted_on, sent, answered", "invitation_counts")
    assert len(rows) == 6
    assert ("Zwolle", date(2026, 2, 1), 60, 12) in rows


def test_months_of_nobody_knows_what_are_asked_about(workspace: Workspace) -> None:
    done = read(workspace, "Vestiging;jan 2026;feb 2026;mrt 2026\nUtrecht;12;30;-10\n", "nps.csv")
    assert "months_beside" in {one.code for one in done.assumptions}
    assert not {"recommend", "satisfaction"} & {use.to for use in done.mapping.columns}


@pytest.mark.parametrize(
    ("average", "total"), [("30", 3_300.0), ("0:00:30", 3_300.0), ("0:30", 3_300.0), ("", None)]
)
def test_average_wait_becomes_a_total(
    average: str, total: float | None, workspace: Workspace
) -> None:
    table = (
        "Datum;Interval;Aangeboden;Afgehandeld;Opgehangen;Gem. wachttijd\n"
        f"02-03-2026;08:00 - 08:15;120;110;10;{average}\n02-03-2026;08:15 - 08:30;100;90;10;{average or 1}\n"
    )
    read(workspace, table, "bereikbaarheid.csv")
    columns = "strftime(counted_at, '%H:%M'), interval_seconds, offered, handled, wait_seconds"
    assert lake_rows(workspace, columns, "contact_counts")[0] == ("07:00", 900, 120, 110, total)


def test_average_without_a_number_is_refused(workspace: Workspace) -> None:
    table = (
        "Interval;Offered;Handled;AHT (s)\n2026-03-02 08:00;120;110;300\n2026-03-02 08:15;120;110;veel\n"
        "2026-03-02 08:30;120;110;310\n2026-03-02 08:45;120;110;310\n"
    )
    done = read(workspace, table, "calls.csv")
    assert (done.placed.new, done.placed.refused) == (3, 1)
    assert 33_000.0 in [row[0] for row in lake_rows(workspace, "handle_seconds", "contact_counts")]


def test_line_that_adds_up_the_others_is_left_out_and_counted(workspace: Workspace) -> None:
    table = "Maand;Promotors;Passives;Detractors\n2026-01;4;3;3\n2026-02;5;3;2\nTotaal;9;6;5\n"
    done = read(workspace, table, "nps.csv")
    assert (done.placed.new, done.placed.excluded) == (2, 1)
    assert workspace.nps().rows[0].estimate.n == 20


def test_grades_counted_per_month_are_a_distribution(workspace: Workspace) -> None:
    table = "Maand;1;2;3;4;5;6;7;8;9;10\n2026-01;2;1;3;4;10;22;60;71;30;9\n2026-02;1;0;2;5;12;20;55;80;28;11\n"
    done = read(workspace, table, "cijfers.csv")
    assert {one.code for one in done.assumptions} == {"distribution"}
    assert lake_rows(workspace, "scale, count_1, count_10, period", "answer_counts") == [
        ("1-10", 1, 11, "month"),
        ("1-10", 2, 9, "month"),
    ]


@pytest.mark.parametrize(
    ("days", "period"),
    [(("2026-01", "2026-02"), "month"), (("2026-01-01", "2026-04-01"), "quarter"), (("2026-01-05", "2026-01-12"), "week"),
     (("2026-01-05", "2026-01-06"), "day"), (("2025-01-01", "2026-01-01"), "year"), (("2026-01-05", "2026-03-16"), None)],
)  # fmt: skip
def test_period_is_told_by_the_days(
    days: tuple[str, str], period: str | None, workspace: Workspace
) -> None:
    table = "Datum;Promotors;Passives;Detractors\n" + "".join(f"{day};4;3;3\n" for day in days)
    done = read(workspace, table, "nps.csv")
    assert done.mapping.constants.get("period") == period


@pytest.mark.parametrize(
    ("written", "day"),
    [("2026-W09", "2026-02-23"), ("2026 week 9", "2026-02-23"), ("Week 9, 2026", "2026-02-23"), ("2026w53", "2026-12-28"), ("Q2 2026", "2026-04-01"),
     ("2026-K4", "2026-10-01"), ("2026 Q1", "2026-01-01"), ("2026-W60", None), ("Q5 2026", None), ("quality 2026", None)],
)  # fmt: skip
def test_week_or_quarter_is_its_first_day(written: str, day: str | None) -> None:
    found = first_day(written)
    assert (found.isoformat() if found else None) == day


def test_calls_per_week_count_on_its_first_day(workspace: Workspace) -> None:
    table = "Week;Queue;Offered;Handled\n2026-W09;Service;1000;900\n2026-W10;Service;1100;950\n"
    read(workspace, table, "calls.csv")
    days = lake_rows(workspace, "counted_on, offered", "contact_counts")
    assert days == [(date(2026, 2, 23), 1000), (date(2026, 3, 2), 1100)]


def test_whole_hours_beside_a_day_are_moments(workspace: Workspace) -> None:
    table = "Datum;Uur;Aangeboden;Beantwoord\n02-03-2026;8;100;90\n02-03-2026;9;110;95\n"
    read(workspace, table, "calls.csv")
    found = lake_rows(
        workspace, "strftime(counted_at, '%H:%M'), interval_seconds", "contact_counts"
    )
    assert found == [("07:00", 3600), ("08:00", 3600)]


def test_parts_of_one_with_their_number_are_counts(workspace: Workspace) -> None:
    table = "kwartaal;promoters;passives;detractors;n\nQ1 2026;0,40;0,35;0,25;200\nQ2 2026;0,45;0,35;0,20;180\n"
    done = read(workspace, table, "nps.csv")
    assert done.mapping.constants["period"] == "quarter"
    assert lake_rows(workspace, PROMOTERS, "answer_counts") == [
        (date(2026, 1, 1), 80, 70, 50),
        (date(2026, 4, 1), 81, 63, 36),
    ]


def test_wait_that_may_be_an_average_is_asked_about(workspace: Workspace) -> None:
    table = "Interval;Offered;Handled;Wait (s)\n2026-03-02 08:00;120;110;30\n2026-03-02 08:15;100;90;20\n"
    done = read(workspace, table, "calls.csv")
    (asked,) = done.assumptions
    assert (asked.code, asked.taken, asked.others) == ("is_total", "wait_seconds", ("r_wait_s",))
    assert checked(decided(done.mapping, asked, "r_wait_s")).of("wait_seconds") is None
