"""Qualtrics exports in the shape of FORMATS §2: three header rows, group columns, previews, identity."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from listen.files import accounted, bytes_of, lake_rows, read, uses
from topofheart.lake.secret import workspace_key
from topofheart.listen.identity import pseudonym
from topofheart.workspace import Workspace

IDS = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
       "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
       "LocationLongitude", "DistributionChannel", "UserLanguage", "Q1_NPS_GROUP", "Q1", "Q2", "Q3_1", "Q3_1_TEXT"]  # fmt: skip
TEXTS = ["Start Date", "End Date", "Response Type", "IP Address", "Progress", "Duration (in seconds)", "Finished",
         "Recorded Date", "Response ID", "Recipient Last Name", "Recipient First Name", "Recipient Email",
         "External Data Reference", "Location Latitude", "Location Longitude", "Distribution Channel", "User Language",
         "How likely are you to recommend us?\n\n(0 = not at all) - Group", "How likely are you to recommend us?\n\n(0 = not at all)",
         "Why did you give\nthis score, \"in short\"?", "Which channel? - Other", "Which channel? - Other - Text"]  # fmt: skip


def export(
    *,
    zone: str = "Pacific/Auckland",
    numbers: bool = False,
    reference: bool = True,
    mail: bool = True,
    bom: bool = True,
) -> bytes:
    kinds = ("0", "1", "2", "8", "12", "0") if numbers else (
        "IP Address", "Survey Preview", "Survey Test", "Spam", "Offline Preview", "IP Address")  # fmt: skip
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(IDS)
    writer.writerow(TEXTS)
    writer.writerow([f'{{"ImportId":"{name}","timeZone":"{zone}"}}' for name in IDS])
    for i, kind in enumerate(kinds):
        score = (9, 10, 10, 0, 5, 3)[i]
        writer.writerow([
            "2026-03-04 08:00:00", "2026-03-04 08:05:00", kind, f"192.0.2.{i}", "100", "300",
            ("1" if i % 2 else "0") if numbers else ("True" if i % 2 else "False"), f"2026-03-04 08:0{i}:00",
            f"R_{i}abc", "Jansen", f"Voornaam{i}", f"Klant{i}@Voorbeeld.nl" if mail else "", f"K{i}" if reference else "",
            "52.3702", "4.8952", "email", "NL", "Promoter" if score > 8 else "Detractor", score,
            f"Mijn mening over nummer {i}, en \"meer\"", "", "app"])  # fmt: skip
    return file.getvalue().encode("utf-8-sig" if bom else "utf-8")


COLUMNS = "answer_id, customer_id, recommend, complete, answered_at, answered_on, comment"


@pytest.mark.parametrize("numbers", [False, True])
@pytest.mark.parametrize("bom", [False, True])
def test_qualtrics_export_is_read_without_previews_tests_and_spam(
    numbers: bool, bom: bool, workspace: Workspace
) -> None:
    done = read(workspace, export(numbers=numbers, bom=bom))
    assert done.mapping.tool == done.mapping.source == "qualtrics"
    assert accounted(done)
    assert (done.placed.read, done.placed.new, done.placed.excluded) == (6, 2, 4)
    assert done.placed.withheld == 6 * 6
    first = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
    assert lake_rows(workspace, COLUMNS) == [
        ("R_0abc", "K0", 9, False, first, date(2026, 3, 3), 'Mijn mening over nummer 0, en "meer"'),
        (
            "R_5abc",
            "K5",
            3,
            True,
            first.replace(minute=5),
            date(2026, 3, 3),
            'Mijn mening over nummer 5, en "meer"',
        ),
    ]


def test_qualtrics_columns_are_used_by_what_the_tool_says(workspace: Workspace) -> None:
    done = read(workspace, export())
    assert done.assumptions == ()
    assert done.mapping.time_zone == "Pacific/Auckland"
    found = uses(done.mapping)
    for hidden in (
        "IPAddress",
        "RecipientLastName",
        "RecipientFirstName",
        "RecipientEmail",
        "LocationLatitude",
    ):
        assert found[hidden] == "withheld"
    assert (found["Q1"], found["Q1_NPS_GROUP"], found["Q2"]) == ("recommend", "", "comment")
    assert found["Q3_1_TEXT"] == "d_q3_1_text"
    assert found["Status"] == ""


def test_mail_is_the_pseudonym_where_there_is_no_reference(workspace: Workspace) -> None:
    done = read(workspace, export(reference=False))
    key = workspace_key(workspace.folder)
    assert uses(done.mapping)["RecipientEmail"] == "hidden:customer_id"
    assert [row[0] for row in lake_rows(workspace, "customer_id")] == sorted(
        pseudonym(f"klant{i}@voorbeeld.nl", key) for i in (0, 5)
    )


def test_reference_that_is_a_mail_address_is_hidden_too(workspace: Workspace) -> None:
    text = export(mail=False).decode("utf-8-sig").replace(",K", ",ref@x.nl.K")
    for i in range(6):
        text = text.replace(f"ref@x.nl.K{i}", f"klant{i}@voorbeeld.nl")
    done = read(workspace, text)
    assert uses(done.mapping)["ExternalReference"] == "hidden:customer_id"
    assert b"voorbeeld.nl" not in bytes_of(workspace.folder)


def test_nothing_that_tells_who_somebody_is_stays(workspace: Workspace) -> None:
    read(workspace, export())
    kept = bytes_of(workspace.folder)
    for word in (b"Jansen", b"Voornaam", b"oorbeeld.nl", b"192.0.2", b"52.3702", b"4.8952"):
        assert word not in kept


def test_next_qualtrics_export_changes_only_what_changed(workspace: Workspace) -> None:
    read(workspace, export())
    again = read(
        workspace, export().replace(b"Mijn mening over nummer 5", b"Mijn andere mening over 5")
    )
    assert (again.placed.same, again.placed.changed, again.placed.new) == (1, 1, 0)
    assert again.assumptions == ()
