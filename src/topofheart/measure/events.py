"""What happened and when, from the tables that keep dates: offered first beside a change of level."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from topofheart.kernel.period import Period
from topofheart.measure.reader import Reader
from topofheart.stats.breaks import Break
from topofheart.understand.redaction import redacted

DATED = (
    ("channels", "open_from", "name"),
    ("channels", "closed_on", "name"),
    ("decisions", "decided_on", "title"),
    ("decisions", "done_on", "title"),
    ("decisions", "reversed_on", "title"),
    ("commitments", "started_on", "what"),
    ("commitments", "ended_on", "what"),
    ("mandates", "since", "case_type"),
    ("mandates", "until", "case_type"),
    ("exceptions", "rule_changed_on", "case_type"),
    ("designs", "closed_on", "title"),
    ("published", "from_on", "question"),
)
LOOK_BACK_DAYS = 62
MOST = 5

Event = dict[str, Any]


def events_of(reader: Reader, first: date, last: date) -> list[Event]:
    """What happened, of the tables that keep dates; `what` is redacted."""
    found = []
    for table, day, label in DATED:
        files = reader.files(table)
        if not files.uris or not {day, label} <= set(files.schema.names):
            continue
        rows = reader.engine.table(files)
        since = first - timedelta(LOOK_BACK_DAYS)
        rows = rows.filter(rows[day].notnull() & (rows[day] >= since) & (rows[day] <= last))
        chosen = rows.select(on=rows[day].cast("date"), what=rows[label].cast("string"))
        found += [
            {"on": row["on"], "table": table, "event": day, "what": redacted(row["what"] or "")}
            for row in reader.engine.read(chosen).to_pylist()
        ]
    return sorted(found, key=lambda event: tuple(map(str, event.values())))


def near(events: list[Event], each: Break, periods: list[Period]) -> list[Event]:
    """Those shortly before the change or while it may have begun, nearest first."""
    start = periods[each.earliest].first - timedelta(LOOK_BACK_DAYS)
    end, begun = periods[each.latest].last, periods[each.place].first
    close = [event for event in events if start <= event["on"] <= end]
    return sorted(close, key=lambda event: abs((event["on"] - begun).days))[:MOST]
