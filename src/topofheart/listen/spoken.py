"""Which files hold conversations, and which way each is unpacked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from topofheart.kernel.errors import UnreadableFile
from topofheart.listen.conversations import Conversations
from topofheart.listen.mails import MAILS, mails
from topofheart.listen.transcripts import SUBTITLES, is_transcript, subtitles, transcript

SPOKEN = (*MAILS, *SUBTITLES)
LOOKED_AT_BYTES = 1 << 16


def spoken_in(path: Path, ours: Sequence[str]) -> Conversations | None:
    """The conversations in a file that is nothing else; None for a file with rows."""
    kind = path.suffix.lower()
    if kind in MAILS:
        found = mails(path, ours)
    elif kind in SUBTITLES:
        found = subtitles(_text(path), ours)
    elif kind == ".txt" and is_transcript(_text(path, LOOKED_AT_BYTES)):
        found = transcript(_text(path), ours)
    else:
        return None
    if not any(one.turns for one in found.found):
        raise UnreadableFile(
            f"{path.name} holds no conversation.", code="empty_file", hint="Export it again."
        )
    return found


def _text(path: Path, most: int = -1) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or else that of an older Windows program."""
    with path.open("rb") as file:
        data = file.read(most)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "as_windows").replace("\0", "")
