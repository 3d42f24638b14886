from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messaging.double import ProviderDouble, provider_double
from tests.review.driving import until_idle
from tests.sending.practice import Practice, practice_on


@pytest.fixture(autouse=True)
def idle_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key pressed by a test is done when nothing is left to do, not when the computer has been quiet for a while."""
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", until_idle)


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """Five accounts that may be asked, with a rehearsal's outbox; its state is checked when the test is over."""
    made = Practice(tmp_path, size=5, balances={"2": "300.00", "4": "40.00"})
    yield made
    made.check()


@pytest.fixture
def double() -> Iterator[ProviderDouble]:
    with provider_double() as made:
        yield made


@pytest.fixture
def texting(tmp_path: Path, double: ProviderDouble) -> Iterator[Practice]:
    """Five accounts of a practice that texts by the provider's double."""
    made = practice_on(double, tmp_path, size=5)
    yield made
    made.check()
