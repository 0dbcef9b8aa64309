"""A first look at the bytes of a text file: its encoding, its separator, and whether it is tidy.

A tidy file goes the fast way, through the engine's own reader; any other the careful way, record by
record. Both give the same rows. The look is at samples only: when the fast reader then stumbles, the
file goes the careful way after all, so a wrong guess costs time and never rows.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

from topofheart.kernel.errors import UnreadableFile

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_BYTES = 1 << 17
SAMPLES = 16
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class TextShape:
    """How a delimited text file is written."""

    encoding: str
    separator: str
    tidy: bool


def look_at(path: Path) -> TextShape:
    """Raises UnreadableFile for a file that is empty or not text at all."""
    samples = _samples(path)
    start = samples[0]
    if not start.strip(b"\0 \r\n\t"):
        raise UnreadableFile(
            f"{path.name} is empty.", code="empty_file", hint="Export it again and check its size."
        )
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFile(
            f"{path.name} is not a table of text.",
            code="not_a_table",
            hint="Export the answers as CSV, XLSX, JSON or Parquet.",
        )
    encoding = next((name for mark, name in MARKS.items() if start.startswith(mark)), None)
    if encoding is None and start[1:2] == b"\0" and start[3:4] == b"\0":
        encoding = "utf-16-le"
    if encoding is None:
        encoding = "utf-8" if all(_is_utf8(sample) for sample in samples) else "cp1252"
    text = start.decode(encoding, errors="replace").replace("\0", "")
    tidy = encoding in ("utf-8", "utf-8-sig") and not any(_is_untidy(one) for one in samples)
    return TextShape(encoding, _separator(text), tidy)


def _samples(path: Path) -> list[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        samples = [file.read(SAMPLE_BYTES)]
        for place in range(1, SAMPLES):
            if size > SAMPLE_BYTES * 2:
                file.seek((size - SAMPLE_BYTES) * place // (SAMPLES - 1))
                samples.append(file.read(SAMPLE_BYTES))
    return samples


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
    return b"\0" in sample or lone_returns > ends_in_half_a_line_end or (windows > 0 and unix > 0)


def _separator(text: str) -> str:
    """The separator that splits the first records into the most cells of the same number."""

    def score(separator: str) -> tuple[float, int]:
        records = csv.reader(io.StringIO(text.rsplit("\n", 1)[0] or text), delimiter=separator)
        widths = []
        try:
            for record, _ in zip(records, range(60), strict=False):
                if record:
                    widths.append(len(record))
        except csv.Error:
            return (0.0, 0)
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (sum(width == widths[0] for width in widths) / len(widths), widths[0])

    return max(SEPARATORS, key=score)
