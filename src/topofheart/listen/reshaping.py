"""Tools whose rows are not answers as they stand: each has its own way from records to records."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from topofheart.listen import (
    chatwoot,
    delighted,
    google_forms,
    hub_records,
    limesurvey,
    survey_events,
)
from topofheart.listen.delimited import Record
from topofheart.listen.reshaped import Reshaped
from topofheart.listen.tool import Recognised

RESHAPES: dict[str, Callable[[Iterator[Record], int], Reshaped]] = {
    "chatwoot": chatwoot.reshaped,
    "clock with its zone": google_forms.reshaped,
    "limesurvey": limesurvey.reshaped,
    "one record per answer": hub_records.reshaped,
    "score by survey type": delighted.reshaped,
    "survey events": survey_events.reshaped,
}


def reshaped(records: Iterator[Record], recognised: Recognised) -> Reshaped:
    """The records of a tool, whose header is the record at the place `recognised.row`."""
    return RESHAPES[recognised.tool.reshape](records, recognised.row or 0)
