"""A real Spark cluster for the tests: a master, workers and a Spark Connect server.

Everything listens on loopback only, on free ports, and runs from a virtual environment of its
own that holds the full `pyspark`; the tests themselves need only `pyspark-client`.

    with SparkCluster(tmp_path / "spark") as cluster:
        session = SparkSession.builder.remote(cluster.url).create()
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.metadata
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

VENV_VARIABLE = "TOPOFHEART_SPARK_VENV"
"""The environment variable that names the server's virtual environment, if not `.venv-spark`."""

_JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto"
_HOST = "127.0.0.1"

# Runs a command in its own process group; the whole group dies when the command ends, or when
# this process ends in whatever way (its end of the pipe on standard input closes).
_GUARD = 'me=$$; ("$@" </dev/null; kill -KILL -- -$me) & read -r _; kill -KILL -- -$me'


class SparkClusterError(RuntimeError):
    """The cluster could not be started; the message says why and where the logs are."""


def server_venv() -> Path:
    """The virtual environment the cluster runs from."""
    named = os.environ.get(VENV_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parent.parent / ".venv-spark"


def missing() -> str | None:
    """What keeps a cluster from starting here, in one sentence; `None` when nothing does."""
    java = _java()
    if java is None:
        return (
            "No java found (PATH or JAVA_HOME): Spark needs Java 17, e.g. openjdk-17-jre-headless."
        )
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    major = re.search(r'version "(\d+)', said)
    if major is None or int(major[1]) < 17:
        return f"{java} is not Java 17 or newer: {said.splitlines()[:1]}."
    venv = server_venv()
    if not (venv / "bin" / "python").exists():
        return (
            f"No Spark server at {venv} (set {VENV_VARIABLE} for another place): make a virtual "
            "environment there and install pyspark (pyspark-client's version), pyarrow, pandas and scipy."
        )
    site = venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    if not (site / "pyspark" / "jars").is_dir():
        return (
            f"No full pyspark in {site}: the server needs this Python's minor version and pyspark."
        )
    try:
        client = importlib.metadata.version("pyspark-client")
    except importlib.metadata.PackageNotFoundError:
        return "pyspark-client is not installed in this environment."
    # An older pip leaves an `egg-info`.
    if not any(site.glob(f"pyspark-{client}[.-]*info")):
        return f"The server's pyspark in {venv} is not version {client}, as pyspark-client here is."
    return None


class SparkCluster:
    """A standalone cluster with a Spark Connect server at `.url`, for a `with` statement.

    The logs go to `folder`. Stop every session before the cluster: a Spark client keeps calling
    for ten minutes when its server is gone.
    """

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        memory: str = "1g",
        settings: Mapping[str, str] | None = None,
        timeout: float = 120.0,
    ) -> None:
        self.folder = folder.resolve()
        self.workers = workers
        self.memory = memory
        self.settings = dict(settings or {})
        self.timeout = timeout
        self.url = ""
        self.master_url = ""
        self._rest = ""
        self._scratch: Path | None = None
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything and return when the server has answered a query on every worker."""
        if (why := missing()) is not None:
            raise SparkClusterError(why)
        atexit.register(self.stop)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Kill all processes of the cluster; may be called again."""
        atexit.unregister(self.stop)
        connect = self._running.get("connect")
        if self.url and connect is not None and connect.poll() is None:
            _finish_client_calls()
        sessions = {process.pid for process in self._running.values()}
        for pid in sessions:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        for pid in _in_sessions(sessions):  # Python workers are in process groups of their own
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self._running.values():
            if process.stdin is not None:
                process.stdin.close()
            process.wait(timeout=30)
        self._running.clear()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def executors(self) -> int:
        """How many executor cores the Connect server holds, as the master reports it."""
        return sum(int(app["cores"]) for app in self._state().get("activeapps", []))

    def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=self.folder))
        for name in ("conf", "local", "work", "warehouse"):
            (self._scratch / name).mkdir()
        end = time.monotonic() + self.timeout
        master, rest, connect = _free_ports(3)
        self.master_url = f"spark://{_HOST}:{master}"
        self._rest = f"http://{_HOST}:{rest}/json/"
        deploy = "org.apache.spark.deploy"
        where = ["--host", _HOST, "--webui-port"]
        self._run("master", f"{deploy}.master.Master", *where, str(rest), "--port", str(master))
        self._wait("the master", end, lambda: bool(self._state()) and _open(master))
        for number in range(1, self.workers + 1):
            size = ["--cores", "1", "--memory", self.memory]
            worker = [*where, "0", *size, "--work-dir", f"{self._scratch}/work", self.master_url]
            self._run(f"worker-{number}", f"{deploy}.worker.Worker", *worker)
        conf = [part for pair in self._conf(connect) for part in ("--conf", "=".join(pair))]
        server = "org.apache.spark.sql.connect.service.SparkConnectServer"
        submit = [f"{deploy}.SparkSubmit", "--master", self.master_url, *conf, "--class", server]
        self._run("connect", *submit, "spark-internal")
        self._wait("the workers", end, lambda: self.executors() >= self.workers)
        self._wait("the Connect server", end, lambda: _open(connect))
        self.url = f"sc://{_HOST}:{connect}"
        self._wait("an answer", end, self._answers)

    def _conf(self, port: int) -> list[tuple[str, str]]:
        conf = {
            "spark.app.name": "topofheart-tests",
            "spark.connect.grpc.binding.address": _HOST,
            "spark.connect.grpc.binding.port": str(port),
            "spark.driver.bindAddress": _HOST,
            "spark.driver.host": _HOST,
            "spark.executor.cores": "1",
            "spark.executor.memory": self.memory,
            "spark.executorEnv.PYTHONPATH": str(Path(__file__).resolve().parent.parent / "src"),
            "spark.executor.extraJavaOptions": _JVM,
            "spark.default.parallelism": str(self.workers),
            "spark.sql.adaptive.enabled": "false",  # halves the time of a small query
            "spark.sql.shuffle.partitions": str(self.workers),
            "spark.sql.warehouse.dir": f"{self._scratch}/warehouse",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        return list((conf | self.settings).items())

    def _run(self, name: str, *command: str) -> None:
        """Start a Spark class in a session (and process group) of its own, logging to a file."""
        venv = server_venv()
        python = venv / "bin" / "python"
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        home = venv / "lib" / version / "site-packages" / "pyspark"
        ours = ("SPARK_", "PYSPARK_", "PYTHON", "VIRTUAL_ENV", "HADOOP_", "JAVA_TOOL_OPTIONS")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        environment |= {
            "SPARK_HOME": str(home),
            "SPARK_CONF_DIR": f"{self._scratch}/conf",
            "SPARK_LOCAL_DIRS": f"{self._scratch}/local",
            "SPARK_LOCAL_IP": _HOST,
            "SPARK_PUBLIC_DNS": _HOST,
            "SPARK_DAEMON_MEMORY": "1g" if name == "connect" else "256m",
            "SPARK_DAEMON_JAVA_OPTS": _JVM,
            "SPARK_LAUNCHER_OPTS": _JVM,
            "PYSPARK_PYTHON": str(python),
            "PYSPARK_DRIVER_PYTHON": str(python),
        }
        bash = shutil.which("bash") or "bash"
        spark_class = str(home / "bin" / "spark-class")
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [bash, "-c", _GUARD, name, spark_class, *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=environment,
                start_new_session=True,
            )

    def _wait(self, what: str, end: float, ready: Callable[[], bool]) -> None:
        while not ready():
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise SparkClusterError(f"Spark's {name} ended early.\n{self._tail(name)}")
            if time.monotonic() > end:
                logs = "\n".join(self._tail(name) for name in self._running)
                raise SparkClusterError(f"{what} took over {self.timeout:g} s.\n{logs}")
            time.sleep(0.05)

    def _tail(self, name: str) -> str:
        log = self.folder / f"{name}.log"
        lines = log.read_text(errors="replace").splitlines()
        wrong = [line for line in lines[:-15] if re.search("ERROR|Exception", line)][:3]
        return "\n".join([f"From {log}:", *wrong, "...", *lines[-15:]])

    def _state(self) -> dict[str, Any]:
        """What the master says of itself, its workers and its applications."""
        with contextlib.suppress(OSError, ValueError):
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(self._rest, timeout=5) as answer:
                state = json.load(answer)
                return state if isinstance(state, dict) else {}
        return {}

    def _answers(self) -> bool:
        """Run one query with a session of its own: the server and the executors do work."""
        from pyspark.sql import SparkSession

        session = SparkSession.builder.remote(self.url).create()
        try:
            return bool(session.range(0, 8, 1, self.workers).count() == 8)
        finally:
            session.stop()


def _finish_client_calls() -> None:
    """Let this process's Spark clients end their open calls while there still is a server.

    They retry for ten minutes without one, and this process cannot exit before they are done.
    """
    reattach = sys.modules.get("pyspark.sql.connect.client.reattach")
    calls = getattr(reattach, "ExecutePlanResponseReattachableIterator", None)
    shutdown = getattr(calls, "shutdown", None)
    if shutdown is not None:
        shutdown()


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which(str(Path(home) / "bin" / "java")) if home else shutil.which("java")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((_HOST, 0))
        return [one.getsockname()[1] for one in sockets]


def _open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((_HOST, port), timeout=1):
        return True
    return False


def _in_sessions(sessions: set[int]) -> list[int]:
    """The processes still in these sessions (Linux only; nothing to do elsewhere)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) in sessions:
                found.append(int(stat.parent.name))
    return found
