"""How often the reader was right on texts that a person judged: per label, found and rightly denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topofheart.answer.columns import Column
from topofheart.answer.wording import value_text
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row

NAMED = 5


def columns(answer: Answer, say: Words) -> list[Column]:
    several = any("of" in row.group for row in answer)
    of = [Column("", lambda row: str(row.group["of"]))] if several else []
    return [
        *of,
        Column("", lambda row: say(f"label.{row.group['label']}")),
        Column(say("check.found"), lambda row: _part(row, "found", "yes", say), number=True),
        Column(say("check.denied"), lambda row: _part(row, "denied", "no", say), number=True),
        Column("", lambda row: say(f"check.{'corrects' if row.more['corrects'] else 'few'}")),
    ]


def _part(row: Row, part: str, whole: str, say: Words) -> str:
    """`84.6 % of 13`."""
    n = row.more[whole]
    if not n:
        return say("check.none")
    share = value_text(row.more[part] / n, "share", say)
    return say("check.of", share=share, n=say.number(n))


def notes(answer: Answer, say: Words) -> list[str]:
    found = [say("check.next")]
    unknown = answer.question.get("unknown") or []
    if unknown:
        named = ", ".join(unknown[:NAMED]) + (" …" if len(unknown) > NAMED else "")
        found.append(say.count("check.unknown", len(unknown), named=named))
    return [say.count("check.texts", answer.question["texts"]), *found]
