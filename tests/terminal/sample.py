"""A small service with a release behind it and changes in front of it, as a clone that a person stands in."""

import sys
from pathlib import Path

from tests.repositories import Repo

PROGRAM = str(Path(sys.executable).with_name("llnotes"))
"""The installed program."""

JOBS = '''"""Jobs of a workspace."""


def list_jobs(api, limit):
    """Return the jobs, newest first."""
    return api.list(limit)
'''
RETRIED = JOBS.replace("return api.list(limit)", "return retried(lambda: api.list(limit), attempts=3)")


def sample(folder: Path) -> Repo:
    """Return a clone with version 0.1.0 released and four commits since: three to tell, one that ships nothing."""
    origin = Repo.create(folder / "origin")
    origin.commit("Add jobs (#1)", {"src/jobs.py": JOBS, "README.md": "Jobs\n"})
    origin.commit(
        "Release v0.1.0 (#2)",
        {
            "CHANGELOG.md": "# Version changelog\n\n## 0.1.0\n\n* Added jobs ([#1](https://github.com/acme/jobs/issues/1)).\n"
        },
    )
    origin.tag("v0.1.0")
    origin.commit(
        "Add retries to job listing (#3)\n\nListing jobs now survives a flaky network.", {"src/jobs.py": RETRIED}
    )
    origin.commit(
        "Add `count_jobs` for dashboards (#4)",
        {
            "src/count.py": "def count_jobs(api):\n    return len(api.list(1000))\n",
            "tests/test_count.py": "def test_count():\n    assert 1\n",
        },
    )
    origin.commit("Run the linter in CI (#5)", {".github/workflows/lint.yml": "on: push\n"})
    origin.commit("Let the exporter take a name (#6)", {"src/export.py": "def export(name):\n    return name\n"})
    clone = origin.clone(folder / "jobs")
    clone.git("remote", "set-url", "origin", "https://github.com/acme/jobs.git")
    return clone
