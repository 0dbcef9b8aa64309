"""What a workspace's `config.toml` may say; everything has a default."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from topofheart.kernel.errors import InvalidInput

ROWS, STATISTICS = "rows", "statistics"
ENGINE = "TOPOFHEART_ENGINE"


@dataclass(frozen=True)
class Settings:
    """The settings by their own names. `storage` holds the keys of an object store."""

    lake: str | None = None
    time_zone: str = "Europe/Amsterdam"
    engine: str = "duckdb"
    storage: dict[str, str] = field(default_factory=dict)
    journey: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    staff_dimensions: tuple[str, ...] = ()
    works_council_consent: date | None = None


KNOWN = tuple(one.name for one in fields(Settings))


def read_settings(path: Path) -> Settings:
    """Read a `config.toml`, which need not be there; the environment may name another engine.

    Raises InvalidInput for a setting that is not known or cannot be what it is.
    """
    found = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    stray = sorted(set(found) - set(KNOWN))
    if stray:
        raise InvalidInput(
            f"{path} has the setting '{stray[0]}', which is not known.",
            code="unknown_setting",
            hint=f"Known: {', '.join(KNOWN)}.",
        )
    engine = os.environ.get(ENGINE) or found.get("engine", Settings.engine)
    return Settings(
        lake=found.get("lake"),
        time_zone=found.get("time_zone", Settings.time_zone),
        engine=engine,
        storage={str(k): str(v) for k, v in found.get("storage", {}).items()},
        journey=_names(found, "journey", path),
        dimensions=_names(found, "dimensions", path),
        staff_dimensions=_names(found, "staff_dimensions", path),
        works_council_consent=_day(found, "works_council_consent", path),
    )


def _names(settings: dict[str, Any], setting: str, path: Path) -> tuple[str, ...]:
    given = settings.get(setting, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise InvalidInput(
            f"'{setting}' in {path} is not a list of names.",
            code="bad_setting",
            hint=f'Write {setting} = ["region", "product"].',
        )
    return tuple(given)


def _day(settings: dict[str, Any], setting: str, path: Path) -> date | None:
    given = settings.get(setting)
    if given is not None and type(given) is not date:
        raise InvalidInput(
            f"'{setting}' in {path} is not a day.",
            code="bad_setting",
            hint=f"Write {setting} = 2026-05-01, without quotation marks.",
        )
    return given
