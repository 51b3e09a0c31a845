"""What tests on Spark share: they need Java, and a few thousand rows want no great machinery."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator

import pytest

WITHOUT_JAVA = "JAVA_HOME" not in os.environ and shutil.which("java") is None
FOR_A_SMALL_RUN = {  # compiling and replanning pay on millions of rows only
    # Its first compiler has room for 48 MB of code; when that is full, all else is interpreted.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
}


def on_java(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that starts Spark; pyspark leaves the sockets it read from to the collector."""
    for mark in (
        pytest.mark.spark,
        pytest.mark.skipif(WITHOUT_JAVA, reason="no Java runtime"),
        pytest.mark.usefixtures("quick_start"),
        pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    ):
        test = mark(test)
    return test


@pytest.fixture(scope="session")
def quick_start() -> Iterator[None]:
    """Start Spark without what costs more than it gives on a few thousand rows."""
    options = "".join(f'--conf "{key}={value}" ' for key, value in FOR_A_SMALL_RUN.items())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_SUBMIT_ARGS", f"{options}pyspark-shell")
        yield
        gc.collect()
