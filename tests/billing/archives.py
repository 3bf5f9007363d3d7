"""What tests of archived months share: where the files go, and when February 2026 is old enough."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage

from upstage_console.kernel.clock import KST

FEBRUARY = date(2026, 2, 1)
A_YEAR_LATER = datetime(2027, 4, 2, 3, 15, tzinfo=KST)
"""February 2026 is now more than thirteen months before this month; March is not."""


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileSystemStorage:
    storage = FileSystemStorage(tmp_path)
    monkeypatch.setattr(default_storage, "_wrapped", storage)
    return storage
