"""What all tests share: the real villages, and how hypothesis searches."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
DATA = SHARED / "data"

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# A first example may wait for the compiler, so no example has a deadline.
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if IN_CI else "dev"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for the real villages, so that ``-m 'not needs_data'`` leaves it out."""
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker("needs_data")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs the real villages where they are not; in CI they may not be half there."""
    if item.get_closest_marker("needs_data") is None or DATA.is_dir():
        return
    if IN_CI and SHARED.is_dir():
        pytest.fail("../shared has no data; in CI the real villages must not be skipped", pytrace=False)
    pytest.skip("needs the real villages in ../shared/data, beside the repository")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder that holds the real villages; a test that asks for it is marked ``needs_data``."""
    return DATA
