"""Qualtrics exports: three header rows, group columns beside NPS questions, previews among answers.

Shape after davemosk/FinSL-signbank and ropensci/excluder, which read such files.
"""

from __future__ import annotations

import json
from typing import Any

IMPORT_ID = '{"ImportId"'
FIELDS = {
    "ResponseId": "id",
    "RecordedDate": "answered_at",
    "ExternalReference": "customer_id",
    "UserLanguage": "language",
    "DistributionChannel": "channel",
    "Finished": "complete",
}
WITHHELD = (
    "IPAddress",
    "RecipientLastName",
    "RecipientFirstName",
    "RecipientEmail",
    "LocationLatitude",
    "LocationLongitude",
)
LEFT_OUT = ("StartDate", "EndDate", "Progress", "Duration (in seconds)")
NOT_ANSWERS = (
    "Survey Preview", "Survey Test", "Spam", "Survey Preview Spam", "Imported Spam", "Offline Preview",
    "Offline Spam", "1", "2", "8", "9", "12", "17",
)  # fmt: skip


def wrote(first: list[list[str | None]]) -> bool:
    """Whether these first rows carry the tool's signature in the third one."""
    return len(first) >= 3 and bool(first[2]) and str(first[2][0] or "").startswith(IMPORT_ID)


def time_zone(cells: list[str | None]) -> str | None:
    """The zone in which the export writes its times."""
    for cell in cells:
        try:
            found: Any = json.loads(cell or "{}")
        except ValueError:
            continue
        if isinstance(found, dict) and found.get("timeZone"):
            return str(found["timeZone"])
    return None
