"""A first look at the bytes of a text file: its encoding, its separator, and whether it is tidy.

A tidy file goes the fast way, through the engine's own reader; any other the careful way, record by
record. Both give the same rows. The look is at samples only: when the fast reader then stumbles, the
file goes the careful way after all, so a wrong guess costs time and never rows. Only what the fast
reader passes over in silence is looked for in every byte.
"""

from __future__ import annotations

import codecs
import io
from collections import Counter
from pathlib import Path

from topofheart.kernel.errors import UnreadableFile
from topofheart.listen.delimited import TextShape, records

SEPARATORS = (",", ";", "\t", "|")
ONE_COLUMN = "\x1f"
SAMPLE_BYTES = 1 << 17
SAMPLES = 16
SAMPLE_RECORDS = 100
CHUNK_BYTES = 1 << 20
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
OTHER_KINDS = {
    b"PK\x03\x04": "a workbook or a zip file",
    b"\xd0\xcf\x11\xe0": "an old workbook (XLS)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
    b"PAR1": "a Parquet file",
    b"<": "a web page or XML",
}


def look_at(path: Path) -> TextShape:
    """Raises UnreadableFile for a file that is empty or not text at all."""
    samples = _samples(path)
    start = samples[0]
    plain = start.removeprefix(codecs.BOM_UTF8).strip(b"\0 \r\n\t,;|")
    if not plain:
        raise UnreadableFile(
            f"{path.name} is empty.", code="empty_file", hint="Export it again and check its size."
        )
    for mark, kind in OTHER_KINDS.items():
        if plain.startswith(mark):
            raise UnreadableFile(
                f"{path.name} is {kind}, not a table of text.",
                code="not_a_table",
                hint="Give it its own ending, or export the answers as CSV, XLSX, JSON or Parquet.",
            )
    encoding = _encoding(start)
    errors = "as_windows" if encoding.startswith("utf-8") else "replace"
    text = start.decode(encoding, errors=errors).replace("\0", "")
    separator, width = _separator(text, whole=len(start) < SAMPLE_BYTES)
    tidy = (
        errors == "as_windows" and not any(map(_is_untidy, samples)) and all(map(_is_utf8, samples))
    )
    return TextShape(encoding, separator, width, tidy and not _anywhere(path, b"\0"))


def has_empty_lines(path: Path) -> bool:
    """Whether rows have to be counted one by one, because the engine does not count empty lines."""
    return _anywhere(path, b"\n\n") or _anywhere(path, b"\n\r\n")


def _samples(path: Path) -> list[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        samples = [file.read(SAMPLE_BYTES)]
        for place in range(1, SAMPLES):
            if size > SAMPLE_BYTES * 2:
                file.seek((size - SAMPLE_BYTES) * place // (SAMPLES - 1))
                samples.append(file.read(SAMPLE_BYTES))
    return samples


def _anywhere(path: Path, wanted: bytes) -> bool:
    with path.open("rb") as file:
        end = b""
        while chunk := file.read(CHUNK_BYTES):
            if wanted in end + chunk:
                return True
            end = chunk[1 - len(wanted) :] if len(wanted) > 1 else b""
    return False


def _encoding(start: bytes) -> str:
    """UTF-8, unless a mark or the zeros of UTF-16 say otherwise; other bytes count as Windows text."""
    marked = next((name for mark, name in MARKS.items() if start.startswith(mark)), None)
    if marked:
        return marked
    if start[1:2] == b"\0" and start[3:4] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if start[0:1] == b"\0" and start[2:3] == b"\0" else "utf-8"


def _is_utf8(sample: bytes) -> bool:
    """A sample may begin and end inside a character."""
    start = next((i for i in range(min(4, len(sample))) if sample[i] & 0xC0 != 0x80), 0)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample[start:])
    except UnicodeDecodeError:
        return False
    return True


def _is_untidy(sample: bytes) -> bool:
    lone_returns = sample.count(b"\r") - sample.count(b"\r\n")
    windows, unix = sample.count(b"\r\n"), sample.count(b"\n") - sample.count(b"\r\n")
    ends_in_half_a_line_end = 1 if sample.endswith(b"\r") else 0
    return lone_returns > ends_in_half_a_line_end or (windows > 0 and unix > 1)


def _separator(text: str, *, whole: bool) -> tuple[str, int]:
    """The separator that splits the first records into the most cells of the same number."""
    lines = io.StringIO(text, newline="").readlines()
    if not whole and len(lines) > 1:
        lines.pop()
    scored = [(*_score(lines, separator), separator) for separator in SEPARATORS]
    share, width, separator = max(scored, key=lambda one: one[:2])
    return (separator, width) if share else (ONE_COLUMN, 1)


def _score(lines: list[str], separator: str) -> tuple[float, int]:
    found = [one for one, _ in zip(records(lines, separator), range(SAMPLE_RECORDS), strict=False)]
    widths = Counter(len(one.cells) for one in found if not one.trouble)
    if not widths:
        return (0.0, 0)
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]))
    is_title = len(found[0].cells) == 1 and width > 2
    if width < 2 or (len(found[0].cells) < 2 and not is_title):
        return (0.0, 0)
    return (count / len(found), width)
