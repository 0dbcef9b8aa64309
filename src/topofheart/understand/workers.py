"""Several processes that understand texts: Arrow goes in and Arrow comes out.

Each is a program of its own (`python -m topofheart.understand.workers`), so that a user's script is not run
again in it, and an engine's threads are not forked.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING

from topofheart.kernel.errors import TopOfHeartError

if TYPE_CHECKING:
    import pyarrow as pa

SHARE = 5_000
HEAD = struct.Struct("<Q?")  # how many bytes follow, and whether the texts are replies


class Workers:
    """As many processes as are asked for; they start with the first texts and end with the `with`."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._running: list[subprocess.Popen[bytes]] = []
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._running:
            one.kill()
            one.communicate()

    def understood(self, texts: pa.Array, *, replies: bool) -> pa.Table:
        """What is understood of each text, in order.

        Raises TopOfHeartError where a process ends before its work is done.
        """
        import pyarrow as pa

        while len(self._running) < self.count:
            self._running.append(_started())
            self._idle.put(self._running[-1])
        shares = [texts.slice(first, SHARE) for first in range(0, len(texts), SHARE)]
        with ThreadPoolExecutor(self.count) as threads:
            return pa.concat_tables(threads.map(lambda one: self._one(one, replies), shares))

    def _one(self, share: pa.Array, replies: bool) -> pa.Table:
        import pyarrow as pa

        worker = self._idle.get()
        try:
            assert worker.stdin is not None
            assert worker.stdout is not None
            _send(worker.stdin, pa.table({"text": share}), replies)
            got = _received(worker.stdout)
        except BrokenPipeError:
            got = None
        finally:
            self._idle.put(worker)
        if got is None:
            raise TopOfHeartError(
                "A process that understands texts ended before its work was done.",
                code="worker_ended",
                hint="Was there memory enough? What was read before is kept; run it again.",
            )
        return got[0]


def _started() -> subprocess.Popen[bytes]:
    # One thread of linear algebra in each: several would wait for each other's cores.
    own = {
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        "OPENBLAS_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "topofheart.understand.workers"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | own,
    )  # fmt: skip


def _send(pipe: IO[bytes], table: pa.Table, replies: bool) -> None:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    body = sink.getvalue()
    pipe.write(HEAD.pack(body.size, replies))
    pipe.write(body)
    pipe.flush()


def _received(pipe: IO[bytes]) -> tuple[pa.Table, bool] | None:
    """The next table; none where the other side has ended."""
    import pyarrow as pa

    head = pipe.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    size, replies = HEAD.unpack(head)
    body = pipe.read(size)
    return (pa.ipc.open_stream(body).read_all(), replies) if len(body) == size else None


def main() -> None:
    """Understand what comes in until nothing comes any more."""
    from topofheart.understand.columns import understood

    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not print among the tables
    while got := _received(sys.stdin.buffer):
        texts, replies = got
        _send(out, understood(texts["text"].to_pylist(), replies=replies), replies)


if __name__ == "__main__":
    main()
