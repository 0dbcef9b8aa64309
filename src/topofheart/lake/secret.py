"""The workspace's own secret: what pseudonyms and the record of erasures are made with."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def workspace_key(folder: Path) -> bytes:
    """The workspace's secret, made on first use and readable by its owner only."""
    path = folder / "identity.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"identity.{os.getpid()}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return bytes.fromhex(path.read_text().strip())
