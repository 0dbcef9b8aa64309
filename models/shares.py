"""How far shares are off that are counted from what the reader says, on sources that it never learned from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import sources

from topofheart.understand.labels import EMOTIONS, VALENCES
from topofheart.understand.model import Model

FILE = Path(__file__).parents[1] / "src" / "topofheart" / "understand" / "elsewhere.json"
LABELS = (*(f"emotion.{one}" for one in EMOTIONS), "valence.negative", "valence.positive")
LEAST = 0.003


def shares_of(name: str, model: Model, likely: Any, truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Per label the share that is true, and the share that is read, of the texts whose truth is known."""
    places = [sources.PLACES[f"valence.{one}"] for one in VALENCES]
    found = []
    for label, yes in truth.items():
        known = ~np.isnan(yes)
        said = likely[known, sources.PLACES[label]]
        judges = label.startswith("valence.")
        least = likely[known][:, places].max(axis=1) if judges else model.thresholds[label]
        shares = {"true": float(np.mean(yes[known])), "read": float(np.mean(said >= least))}
        found.append({"set": name, "label": label, "texts": int(known.sum()), **shares})
    return found


def truth_of(examples: list[sources.Example]) -> dict[str, Any]:
    """The labels of a source that at least one of its texts has."""
    table = sources.known(examples)
    columns = {label: table[:, sources.PLACES[label]] for label in LABELS}
    return {label: yes for label, yes in columns.items() if np.nansum(yes) > 0}


def write(told: dict[str, Any]) -> None:
    """The size of these errors, as the package reads it."""
    rows = told["shares"]
    errors = np.array([_logit(one["read"]) - _logit(one["true"]) for one in rows])
    found = {
        "error": round(float(np.sqrt(np.mean(errors**2))), 2),
        "half": round(float(np.median(np.abs(errors))), 2),
        "pairs": len(rows),
        "sources": list(dict.fromkeys(one["set"].split(",")[0].split(" (")[0] for one in rows)),
        "date": told["date"],
    }
    FILE.write_text(json.dumps(found, ensure_ascii=False) + "\n", encoding="utf-8")


def _logit(share: float) -> float:
    kept = min(max(share, LEAST), 1 - LEAST)
    return float(np.log(kept / (1 - kept)))
