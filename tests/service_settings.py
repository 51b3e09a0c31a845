"""The service's settings for tests and type checks: a home of its own, a fast password hasher.

`PROOFLINE_TEST_DATABASE=postgresql` runs the same tests on a real PostgreSQL, started from a wheel.
"""

from __future__ import annotations

import atexit
import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

HOME_FOLDER = Path(mkdtemp(prefix="proofline-service-"))
atexit.register(shutil.rmtree, HOME_FOLDER, ignore_errors=True)
os.environ["PROOFLINE_HOME"] = str(HOME_FOLDER)
os.environ["PROOFLINE_TLS"] = "no"

if os.environ.get("PROOFLINE_TEST_DATABASE") == "postgresql":
    from service_postgres import address_of_a_role

    # Workers that share the tests find in their environment the server that pytest started before.
    if "PROOFLINE_TEST_SERVER" not in os.environ:
        os.environ["PROOFLINE_TEST_SERVER"] = address_of_a_role()
    os.environ["PROOFLINE_DATABASE"] = os.environ["PROOFLINE_TEST_SERVER"]

from proofline.site.settings import *  # noqa: E402, F403 - all of them, after where to find them
from proofline.site.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["TEST"] = (
    {} if "PROOFLINE_DATABASE" in os.environ else {"NAME": HOME_FOLDER / "test.sqlite3"}
)
WHITENOISE_AUTOREFRESH = (
    True  # else every client that a test makes reads the list of all files anew
)
