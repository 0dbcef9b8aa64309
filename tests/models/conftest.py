"""The trainer's programs lie outside the package: `models/` is put on the path here."""

from __future__ import annotations

import sys
from pathlib import Path

MODELS = str(Path(__file__).parents[2] / "models")
if MODELS not in sys.path:
    sys.path.append(MODELS)
