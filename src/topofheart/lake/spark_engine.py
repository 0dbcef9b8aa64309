"""Spark over Connect: the same questions on a cluster, over the same files. No Java on this side.

The only module that names Spark. Files are named one by one, so the cluster needs no Delta of its own;
it must see them under the same address.
"""

from __future__ import annotations

import itertools
import logging
import re
import secrets
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import MissingEngine
from topofheart.lake.files import Files
from topofheart.lake.schema import ibis_table

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from topofheart.lake.engines import OnBatches

RETRIES = 4
LONGEST_PAUSE_MS = 2000


class SparkEngine:
    """Questions on a Spark Connect server at `sc://host:port`."""

    name = "spark"

    def __init__(self, address: str) -> None:
        try:
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
            from pyspark.sql.connect.client.retries import DefaultPolicy
        except ImportError as error:
            raise MissingEngine(
                "Spark needs its client.", hint="pip install 'topofheart[spark]'"
            ) from error
        # It prints each failed query with its whole stack trace; the error itself is enough.
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
        self._views: list[str] = []
        self._numbers = itertools.count()
        self._prefix = f"topofheart_{secrets.token_hex(4)}"
        try:
            self.session: Any = SparkSession.builder.remote(address).create()
            policy = DefaultPolicy(max_retries=RETRIES, max_backoff=LONGEST_PAUSE_MS)
            self.session.client.set_retry_policies([policy])
            self.session.conf.set("spark.sql.session.timeZone", "UTC")
            self.session.conf.set("spark.sql.ansi.enabled", "true")
        except (PySparkException, ValueError) as error:
            raise MissingEngine(
                f"No Spark Connect server answers at {address}.",
                code="no_engine",
                hint="Check the address and that the server is running.",
            ) from error

    def table(self, files: Files) -> ir.Table:
        """The rows of these files with exactly the columns of their schema."""
        from pyspark.sql.pandas.types import from_arrow_schema

        structure = from_arrow_schema(files.schema, prefer_timestamp_ntz=True)
        paths = [_not_a_pattern(uri) for uri in files.uris]
        rows = (
            self.session.read.schema(structure).parquet(*paths)
            if paths
            else self.session.createDataFrame([], structure)
        )
        name = f"{self._prefix}_{next(self._numbers)}"
        rows.createOrReplaceTempView(name)
        self._views.append(name)
        return ibis_table(name, files.schema)

    def read(self, expression: ir.Table) -> pa.Table:
        """Run a question, then drop the views it was asked over."""
        query = _compiled(expression)
        try:
            return self.session.sql(query).toArrow()
        finally:
            self._drop_views()

    def mapped(self, expression: ir.Table, act: OnBatches, schema: pa.Schema) -> pa.Table:
        """What `act` makes of the rows of a question, in Arrow batches, on the cluster's executors.

        Raises MissingEngine where they cannot: `act` is sent by name, so its package must be there too.
        """
        from pyspark.errors import PySparkException
        from pyspark.sql.pandas.types import from_arrow_schema

        structure = from_arrow_schema(schema, prefer_timestamp_ntz=True)
        try:
            rows = self.session.sql(_compiled(expression))
            return rows.mapInArrow(act, structure).toArrow().cast(schema)
        except PySparkException as error:
            raise _cannot_run(error) from error
        finally:
            self._drop_views()

    def _drop_views(self) -> None:
        while self._views:
            self.session.catalog.dropTempView(self._views.pop())

    def close(self) -> None:
        self.session.stop()


def _cannot_run(error: Exception) -> Exception:
    """The last line of what Python said on an executor; any other failure of Spark as it is."""
    said = re.findall(r"^\s*([\w.]*(?:Error|InvalidInput)): (.+)", str(error), re.MULTILINE)
    if not said:
        return error
    return MissingEngine(
        f"The executors of the cluster cannot run this package: {said[-1][1]}",
        code="no_package",
        hint=f"Install it on each of them: pip install topofheart=={version('topofheart')}",
    )


def _compiled(expression: ir.Table) -> str:
    """The question in Spark's SQL. The compiler reads an option that only its own backend sets."""
    import ibis
    from ibis.backends.sql.compilers.pyspark import compiler
    from ibis.config import Config

    class Options(Config):  # type: ignore[misc]
        treat_nan_as_null: bool = False

    if ibis.options.pyspark is None:
        ibis.options.pyspark = Options()
    return str(compiler.to_sqlglot(expression).sql("spark"))


def _not_a_pattern(path: str) -> str:
    """Spark reads paths as patterns."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)
