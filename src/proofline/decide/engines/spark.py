"""The same models on Apache Spark, translated: for decisions that outgrow one machine.

The evidence is read and checked by the evidence room, as for every engine, and handed over as
Parquet. Whoever has a cluster says so before: by an active session, by `SPARK_REMOTE`, by
`spark-submit` or in `spark-defaults.conf`; the temporary folder (`TMPDIR`) must then lie where all
of it can read. Otherwise Spark runs on this machine alone and listens on its loopback address.
"""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any

from proofline.errors import ProoflineError
from proofline.evidence import RELATIONS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from proofline.decide.engines import Staged


EXTRA = ("pyspark", "sqlglot")
"""What the extra `spark` installs; nothing else of the house imports either."""
_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, as in DuckDB
}
_ON_THIS_MACHINE = {
    "spark.master": "local[*]",
    "spark.app.name": "proofline",
    "spark.authenticate": "true",  # the ports are for this process, not for others on the machine
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""Settings where nobody said where to run; what `spark-defaults.conf` says goes before them."""


class SparkUnavailable(ProoflineError):
    """Spark was asked for and cannot start: the extra `spark` or a Java runtime is missing."""


class SparkEngine:
    """The engine around a session in which the staged evidence stands as temporary views."""

    def __init__(self, session: SparkSession) -> None:
        """Take a session whose temporary views are ours; whoever started it stops it."""
        self.name = f"spark-{session.version}"
        self._session = session
        self._parts = int(str(session.conf.get("spark.sql.shuffle.partitions")))

    def define(self, relation: str, sql: str) -> None:
        """Name a query as a temporary view."""
        self._asked(sql).createOrReplaceTempView(relation)

    def keep(self, relation: str, sql: str) -> None:
        """Run a query once and keep its rows; the plan that led to them is forgotten.

        A union has as many parts as its branches together, and the next one has that many for each
        branch of its own: the parts are held to what a shuffle would make.
        """
        kept = self._asked(sql).coalesce(self._parts).localCheckpoint(eager=True)
        kept.createOrReplaceTempView(relation)

    def rows(self, sql: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query in order, one part of them in memory at a time."""
        for row in self._asked(sql).toLocalIterator():
            yield row.asDict()

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a query to a folder of Parquet parts, in place of what was there."""
        self._asked(sql).write.parquet(str(path), mode="overwrite", compression="zstd")

    def _asked(self, sql: str) -> DataFrame:
        return self._session.sql(translated(sql))


def translated(sql: str) -> str:
    """Translate a query from DuckDB's dialect to Spark's.

    What has none raises `sqlglot.errors.UnsupportedError`: the text left the shared subset.
    """
    import sqlglot  # noqa: PLC0415 - an extra

    level = sqlglot.ErrorLevel.RAISE
    (text,) = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=level)
    return text


@contextmanager
def on_spark(staged: Staged, relations: Sequence[str] = RELATIONS) -> Iterator[SparkEngine]:
    """Hand relations over to Spark and give the engine; the copy handed over is removed afterwards.

    Raises `SparkUnavailable` where the extra `spark` or Java is missing.
    """
    _require_extra()
    with _session() as session, TemporaryDirectory(prefix="proofline-") as folder:
        stage_to_parquet(staged, relations, Path(folder))
        for relation in relations:
            rows = session.read.parquet(str(Path(folder, f"{relation}.parquet")))
            rows.createOrReplaceTempView(relation)
        yield SparkEngine(session)


def stage_to_parquet(staged: Staged, relations: Sequence[str], folder: Path) -> None:
    """Write each of the relations to a Parquet file of its name."""
    for relation in relations:
        target = str(folder / f"{relation}.parquet").replace("'", "''")
        staged.connection.execute(f"COPY main.{relation} TO '{target}' (FORMAT parquet)")


def _require_extra() -> None:
    """Say before any work is done which package of the extra is not there."""
    for package in EXTRA:
        if find_spec(package) is None:
            raise SparkUnavailable(
                "spark.not_installed", f"{package} is missing.", 'Install "proofline[spark]".'
            )


@contextmanager
def _session() -> Iterator[SparkSession]:
    """Give a session with settings and views of its own; only what was started here is stopped."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    running = SparkSession.getActiveSession()
    if running is not None:
        yield _settled(_beside(running))
        return
    builder = SparkSession.builder
    started = (builder if "SPARK_REMOTE" in os.environ else _by_java(builder)).getOrCreate()
    try:
        yield _settled(started)
    finally:
        started.stop()


def _beside(running: SparkSession) -> SparkSession:
    from pyspark.sql.utils import is_remote  # noqa: PLC0415 - an extra

    if is_remote():
        return running.cloneSession()  # type: ignore[attr-defined,no-any-return]  # Connect only
    return running.newSession()


def _settled(session: SparkSession) -> SparkSession:
    for name, value in _ALWAYS.items():
        session.conf.set(name, value)
    return session


def _by_java(builder: SparkSession.Builder) -> SparkSession.Builder:
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        raise SparkUnavailable(
            "spark.no_java", "No Java runtime was found.", "Install Java 17, or set JAVA_HOME."
        )
    from pyspark import SparkConf  # noqa: PLC0415 - an extra

    settings = SparkConf()
    if not settings.contains("spark.master"):
        settings.setIfMissing("spark.local.dir", _private_folder())
        for name, value in _ON_THIS_MACHINE.items():
            settings.setIfMissing(name, value)
    return builder.config(conf=settings)


@cache
def _private_folder() -> str:
    """Make a folder that nobody else may read for what Spark spills; it goes with the process."""
    folder = mkdtemp(prefix="proofline-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
