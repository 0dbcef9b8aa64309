"""Who asked what of single customers' data, when and why: written down, never rewritten, never a value.

Each line holds the hash of the line before it, so that a line changed, moved or taken out shows. Lines cut
off at the end do not show: copy the last hash to where nobody who could do that can reach.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

NAME = "audit.jsonl"
BEGINNING = "0" * 64
TAIL_BYTES = 65_536


class AuditLog:
    """The audit log of one workspace."""

    def __init__(self, workspace: Path) -> None:
        self.path = workspace / NAME

    def note(self, *, role: str, purpose: str, question: dict[str, Any]) -> None:
        """Add one line. Raises OSError where the workspace may be read but not written."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": _who(),
            "role": role,
            "purpose": purpose,
            "question": question,
        }
        with FileLock(self.path.with_suffix(".lock")), self.path.open("ab+") as file:
            line["before"] = _last_hash(file)
            file.write(json.dumps(line | {"hash": _hash(line)}).encode() + b"\n")

    def lines(self) -> Iterator[dict[str, Any]]:
        """Every line, oldest first."""
        if self.path.exists():
            with self.path.open(encoding="utf-8") as file:
                yield from (json.loads(line) for line in file)

    def broken_at(self) -> int | None:
        """The number of the first line that is not as it was written, or None."""
        before, number = BEGINNING, 0
        try:
            for number, line in enumerate(self.lines(), start=1):
                told = line.pop("hash", None)
                if line.get("before") != before or told != _hash(line):
                    return number
                before = told
        except ValueError:
            return number + 1
        return None


def _hash(line: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()


def _last_hash(file: Any) -> str:
    end = file.seek(0, os.SEEK_END)
    start = file.seek(max(0, end - TAIL_BYTES))
    lines = file.read().splitlines()
    if start and len(lines) < 2:  # a question that names very many values
        file.seek(0)
        lines = file.read().splitlines()
    return str(json.loads(lines[-1])["hash"]) if lines else BEGINNING


def _who() -> str:
    """The account on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
