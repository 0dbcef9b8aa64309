"""Files that hold no answers: the table is found, its columns filled, or the question asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from listen.files import lake_rows, read, uses
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.tables import TABLES
from topofheart.listen.assumptions import decided, sentence
from topofheart.listen.durations import duration_sql, seconds, unit_of
from topofheart.listen.known_columns import _tables
from topofheart.listen.mapping import checked, read_mapping
from topofheart.workspace import Workspace

# name of the file: its text, its table, what the columns become, codes of what is asked
FILES: dict[str, tuple[str, str, dict[str, str], set[str]]] = {
    "contactmomenten.csv": (
        "Contactnr;Klantnummer;Contactdatum;Kanaal;Soort;Reden;Wachttijd (min);Opgelost;Vraag\n"
        "C1;K1;02-03-2026 09:00;telefoon;klacht;levering;1,5;ja;Waar blijft mijn fiets nou?\n"
        "C2;K2;03-03-2026 10:00;mail;vraag;factuur;;nee;Klopt deze rekening wel?\n"
        "C3;K1;04-03-2026 11:00;chat;klacht;levering;0,5;ja;Het duurt mij te lang\n",
        "contacts",
        {"Contactnr": "id", "Klantnummer": "customer_id", "Contactdatum": "contacted_at", "Kanaal": "channel", "Soort": "purpose",
         "Reden": "reason", "Wachttijd (min)": "wait_seconds", "Opgelost": "resolved", "Vraag": "text"}, set()),
    "cases.csv": (
        "Case Number,Account ID,Opened Date,Case Origin,Case Reason,Escalated,Description,Owner Name\n"
        "0001,A1,2026-03-02T09:00:00Z,Phone,Delivery,false,Where is my bike please,Sanne Bakker\n"
        "0002,A2,2026-03-03T09:00:00Z,Email,Invoice,true,This invoice is not right,Tom Vos\n",
        "contacts",
        {"Case Number": "id", "Account ID": "customer_id", "Opened Date": "contacted_at", "Case Origin": "channel", "Case Reason": "reason",
         "Escalated": "escalated", "Description": "text", "Owner Name": "withheld"}, set()),
    "bestellingen.csv": (
        "Ordernummer;Klantnummer;Orderdatum;Artikel;Bedrag;Beloofde leverdatum;Geleverd op;Retourreden\n"
        "O1;K1;02-03-2026;Fiets;€ 1.299,00;06-03-2026;07-03-2026;\n"
        "O2;K2;03-03-2026;Helm;€ 49,95;06-03-2026;05-03-2026;te klein\n",
        "orders",
        {"Ordernummer": "id", "Klantnummer": "customer_id", "Orderdatum": "ordered_at", "Artikel": "product", "Bedrag": "amount",
         "Beloofde leverdatum": "promised_on", "Geleverd op": "delivered_at", "Retourreden": "return_reason"}, set()),
    "orders.csv": (
        "Order ID,Customer ID,Order date,Product,Total price,Currency,Delivered at,Returned at\n"
        "O1,C1,2026-03-02,Bike,1299.00,EUR,2026-03-07 10:00,\nO2,C2,2026-03-03,Helmet,49.95,EUR,2026-03-05 11:00,2026-03-09 10:00\n",
        "orders",
        {"Order ID": "id", "Customer ID": "customer_id", "Order date": "ordered_at", "Product": "product", "Total price": "amount",
         "Currency": "currency", "Delivered at": "delivered_at", "Returned at": "returned_at"}, set()),
    "uitnodigingen.csv": (
        "Uitnodigingsnr;Klantnummer;Verzonden op;Kanaal;Status;Enquête\nU1;K1;02-03-2026 09:00;mail;ingevuld;Na bezoek\n"
        "U2;K2;02-03-2026 09:00;sms;bounced;Na bezoek\nU3;K3;02-03-2026 09:00;mail;geen reactie;Na bezoek\n",
        "invitations",
        {"Uitnodigingsnr": "id", "Klantnummer": "customer_id", "Verzonden op": "invited_at", "Kanaal": "channel", "Status": "outcome",
         "Enquête": "survey"}, set()),
    "werkorders.csv": (
        "Werkordernr;Klantnummer;Gemeld op;Beloofd op;Gereed op;Soort;Wacht op;Dagen op onderdelen;Uren;Werkplaats\n"
        "W1;K1;02-03-2026;06-03-2026;09-03-2026;reparatie;onderdelen;4;1,5;Utrecht\n"
        "W2;K2;03-03-2026;07-03-2026;07-03-2026;onderhoud;;0;0,75;Zwolle\n",
        "jobs",
        {"Werkordernr": "id", "Klantnummer": "customer_id", "Gemeld op": "opened_at", "Beloofd op": "promised_on", "Gereed op": "closed_at",
         "Soort": "kind", "Wacht op": "waiting_for", "Dagen op onderdelen": "parts_days", "Uren": "hours", "Werkplaats": "unit"}, set()),
    "formatie.csv": (
        "Maand;Functiegroep;Vestiging;FTE;Productieve uren;Instroom;Loonkosten\n2026-01;Service;Utrecht;12,5;1500;2;€ 60.000\n"
        "2026-02;Verkoop;Utrecht;8;1000;0;€ 40.000\n",
        "workforce",
        {"Maand": "month", "Functiegroep": "role", "Vestiging": "unit", "FTE": "fte", "Productieve uren": "productive_hours",
         "Instroom": "hires", "Loonkosten": "cost"}, set()),
    "resultaten.csv": (
        "Maand;Vestiging;Omzet;Begroot;Marge;Servicekosten;Verkoopkosten\n2026-01;Utrecht;100.000;110.000;30.000;5.000;9.000\n"
        "2026-02;Utrecht;120.000;110.000;36.000;5.500;9.100\n",
        "results",
        {"Maand": "month", "Vestiging": "unit", "Omzet": "revenue", "Begroot": "plan", "Marge": "margin", "Servicekosten": "service_cost",
         "Verkoopkosten": "sales_cost"}, set()),
    "trainingen.csv": (
        "Trainingscode;Titel;Leerdoelen;Duur (uren);Deelnemers;Doelgroep;Verplicht\n"
        "T1;Klantgesprekken;Luisteren naar de klant in een lastig gesprek;8;40;Service;ja\n"
        "T2;Productkennis;Alle nieuwe modellen en hun marges kennen;4;120;Verkoop;nee\n",
        "courses",
        {"Trainingscode": "id", "Titel": "title", "Leerdoelen": "goals", "Duur (uren)": "hours", "Deelnemers": "participants",
         "Doelgroep": "audience", "Verplicht": "mandatory"}, set()),
    "klanten.csv": (
        "Klantnummer;Naam;Klant sinds;Einddatum;Opzegreden;Segment;Provincie\nK1;Ann Bos;01-05-2019;;;Particulier;Utrecht\n"
        "K2;Bas Vis;12-12-2021;31-01-2026;Verhuisd;Zakelijk;Overijssel\n",
        "customers",
        {"Klantnummer": "customer_id", "Naam": "withheld", "Klant sinds": "customer_since", "Einddatum": "customer_until",
         "Opzegreden": "left_reason", "Segment": "segment", "Provincie": "region"}, set()),
    "gesprekken.csv": (
        "Gesprek-ID;Begin gesprek;Wachttijd;Gespreksduur;Afgehaakt\nG1;02-03-2026 14:05:33;95;310;nee\nG2;02-03-2026 14:06:00;720;0;ja\n",
        "contacts",
        {"Gesprek-ID": "id", "Begin gesprek": "contacted_at", "Wachttijd": "wait_seconds", "Gespreksduur": "handle_seconds",
         "Afgehaakt": "abandoned"}, {"unit_of_time"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_file_of_another_table_is_mapped_rightly_or_asked_about(
    name: str, workspace: Workspace
) -> None:
    text, table, expected, asked = FILES[name]
    done = read(workspace, text, name)
    assert (done.table, uses(done.mapping)) == (table, expected)
    assert {one.code for one in done.assumptions} == asked
    assert (done.placed.new, done.placed.refused) == (text.count("\n") - 1, 0)
    assert checked(done.mapping) == done.mapping
    assert all(sentence(one, language) for one in done.assumptions for language in ("en", "nl"))


def test_values_of_another_table_are_stored_in_its_units(workspace: Workspace) -> None:
    for name in ("contactmomenten.csv", "bestellingen.csv", "werkorders.csv"):
        read(workspace, FILES[name][0], name)
    columns = "purpose, wait_seconds, resolved"
    assert lake_rows(workspace, columns, "contacts")[0] == ("complaint", 30.0, True)
    assert lake_rows(workspace, "amount, currency, promised_on", "orders") == [
        (Decimal("49.95"), "EUR", date(2026, 3, 6)),
        (Decimal("1299.00"), "EUR", date(2026, 3, 6)),
    ]
    assert lake_rows(workspace, "hours, waiting_for", "jobs") == [(0.75, None), (1.5, "parts")]


def test_words_of_a_mapping_are_kept_in_its_file(workspace: Workspace, tmp_path: Path) -> None:
    name = "contactmomenten.csv"
    done = read(workspace, FILES[name][0], name)
    path = tmp_path / "mapping.toml"
    path.write_text(done.mapping.to_toml(), "utf-8")
    again = read_mapping(path)
    assert again.of("purpose").values == {"klacht": "complaint", "vraag": "question"}  # type: ignore[union-attr]
    assert again.of("wait_seconds").format == "minutes"  # type: ignore[union-attr]


def test_unit_of_time_is_the_one_that_is_chosen(workspace: Workspace) -> None:
    read(workspace, "x;y\n1;2\n", "anders.csv")
    path = workspace.folder.parent / "gesprekken.csv"
    path.write_text(FILES["gesprekken.csv"][0], "utf-8")
    mapping, assumptions = workspace.proposal(path)
    asked = next(one for one in assumptions if one.column == "Wachttijd")
    workspace.read(path, mapping=checked(decided(mapping, asked, "minutes")))
    assert lake_rows(workspace, "wait_seconds, handle_seconds", "contacts") == [
        (95.0 * 60, 310.0), (720.0 * 60, 0.0),
    ]  # fmt: skip


def test_file_that_may_be_two_things_is_asked_about(workspace: Workspace) -> None:
    table = (
        "Datum;Tevredenheid;Wachttijd (s);Opgelost;Klantnummer\n02-03-2026;4;30;ja;K1\n03-03-2026;2;90;nee;K2\n"
        "04-03-2026;5;10;ja;K3\n"
    )
    done = read(workspace, table, "export.csv")
    asked = next(one for one in done.assumptions if one.code == "which_table")
    assert {asked.taken, *asked.others} == {"answers", "contacts"}
    assert read(workspace, table, "export.csv", table="contacts").table == "contacts"


def test_day_and_clock_beside_each_other_are_one_moment(workspace: Workspace) -> None:
    table = "Datum;Tijd;NPS\n02-03-2026;09:15;9\n03-03-2026;23:30;0\n"
    done = read(workspace, table)
    assert uses(done.mapping)["Datum Tijd"] == "answered_at"
    hours = lake_rows(workspace, "strftime(answered_at, '%d %H:%M')")
    assert hours == [("02 08:15",), ("03 22:30",)]


def test_day_beside_a_length_of_time_stays_a_day(workspace: Workspace) -> None:
    done = read(workspace, "Datum;Gespreksduur;NPS\n02-03-2026;09:15;9\n03-03-2026;03:30;0\n")
    assert uses(done.mapping)["Datum"] == "answered_at"


def test_known_columns_are_columns_of_their_tables() -> None:
    for name, told in _tables().items():
        own = {*TABLES[name].by_name, "id"}
        assert set(told["names"]) <= own
        assert set(told["signs"]) <= set(told["names"])
        for column, words in told.get("words", {}).items():
            assert set(words) <= set(TABLES[name].by_name[column].choices)


@pytest.mark.parametrize(
    ("text", "format", "counted_in", "expected"),
    [("1,5", "minutes", "s", 90), ("2", "hours", "s", 7_200), ("90", "minutes", "h", 1.5), ("00:01:35", "clock", "s", 95),
     ("3:25", "clock", "s", 205), ("1:30", "clock", "h", 1.5), ("1500", "ms", "s", 1.5), ("2", "days", "h", 48), ("x", "clock", "s", None)],
)  # fmt: skip
def test_length_of_time_is_counted_in_the_unit_of_the_table(
    text: str, format: str, counted_in: str, expected: float | None, shared_engine: DuckEngine
) -> None:
    sql = duration_sql(f"'{text}'", format, counted_in, ",")
    (found,) = shared_engine.one(f"SELECT {sql}")
    assert found == (None if expected is None else pytest.approx(expected))
    if counted_in == "s" and expected is not None:
        assert seconds(text, format, ",") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("label", "values", "unit"),
    [("Wachttijd (sec)", ["3"], "seconds"), ("First reply time in minutes", ["3"], "minutes"), ("wait_ms", ["3"], "ms"),
     ("Duur", ["0:03:25", "0:00:10"], "clock"), ("Wachttijd", ["3"], "")],
)  # fmt: skip
def test_unit_of_time_is_told_by_label_or_values(label: str, values: list[str], unit: str) -> None:
    assert unit_of(label, values) == unit
