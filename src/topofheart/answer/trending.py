"""How a trend is said: when the level changed, by how much, and what to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.answer.columns import Column, estimates, groups
from topofheart.answer.comparing import verdicts
from topofheart.answer.wording import estimate_text, interval_text, value_text
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row

MOST_ROWS = 5
SHARES = ("response", "withheld")


def columns(answer: Answer, say: Words) -> list[Column]:
    every = say(f"every.{answer.question['every']}")
    return [
        *groups(answer, say),
        *estimates(answer, say, say("column.slope", every=every)),
        *([verdicts(say)] if any("verdict" in row.more for row in answer) else []),
        Column(say("column.changes"), lambda row: _changes(row, say)),
    ]


def notes(answer: Answer, say: Words) -> list[str]:
    """The changes of the rows in which most happened, each with what may explain it; alarms; the season."""
    moved = [row for row in answer if row.more.get("changes")]
    largest = sorted(moved, key=_largest, reverse=True)[:MOST_ROWS]
    lines = [line for row in moved if row in largest for line in _lines(row, say)]
    alarmed = [row for row in answer if row.more.get("alarm")]
    lines += [_alarm(row, say) for row in alarmed[:MOST_ROWS]]
    seasons = {row.more["season"] for row in answer if "season" in row.more}
    if "shown" in seasons:
        lines.append(say("trend.season"))
    return lines


def _largest(row: Row) -> float:
    return max(abs(change["size"].value) for change in row.more["changes"])


def _changes(row: Row, say: Words) -> str:
    return ", ".join(
        f"{change['period'].label} ({estimate_text(change['size'], say)})"
        for change in row.more.get("changes", ())
    )


def _lines(row: Row, say: Words) -> list[str]:
    unit = row.estimate.unit.partition(" per ")[0]
    return [_lead(row) + _change(change, unit, say) for change in row.more["changes"]]


def _alarm(row: Row, say: Words) -> str:
    alarm = row.more["alarm"]
    return _lead(row) + say(f"trend.alarm.{alarm['direction']}", period=alarm["period"].label)


def _lead(row: Row) -> str:
    label = ", ".join(value or "—" for value in row.group.values())
    return f"{label}: " if label else ""


def _change(change: dict[str, Any], unit: str, say: Words) -> str:
    earliest, latest = change["earliest"].label, change["latest"].label
    parts = [
        say(
            "trend.change",
            period=change["period"].label,
            size=estimate_text(change["size"], say),
            interval=interval_text(change["size"], say),
            before=value_text(change["before"], unit, say),
            after=value_text(change["after"], unit, say),
        )
    ]
    if earliest != latest:
        parts.append(say("trend.begun", earliest=earliest, latest=latest))
    if change["noticed"]:
        parts.append(say("trend.noticed", period=change["noticed"].label))
    if change["events"]:
        parts.append(
            say("trend.events", events="; ".join(_event(one, say) for one in change["events"]))
        )
    if change["suspects"]:
        found = "; ".join(_suspect(one, unit, say) for one in change["suspects"])
        parts.append(say("trend.suspects", suspects=found))
    return " ".join(parts)


def _event(event: dict[str, Any], say: Words) -> str:
    what = say(f"event.{event['table']}.{event['event']}", what=event["what"])
    return f"{say.day(event['on'])} {what}"


def _suspect(suspect: dict[str, Any], unit: str, say: Words) -> str:
    """Another mix as percentages of one category; numbers per period; rates in percent."""
    what = suspect["what"]
    if "category" in suspect:
        return say(
            "suspect.mix",
            what=say(f"suspect.{what}"),
            category=suspect["category"] or "—",
            before=_percent(suspect["before"], say),
            after=_percent(suspect["after"], say),
            explains=value_text(suspect["explains"], f"difference of {unit}", say),
        )
    as_text = _percent if what in SHARES else _number
    return say(
        f"suspect.{what}",
        before=as_text(suspect["before"], say),
        after=as_text(suspect["after"], say),
    )


def _percent(share: float, say: Words) -> str:
    return f"{say.number(100 * share)} %"


def _number(value: float, say: Words) -> str:
    return say.number(value)
