"""After every test that used the database, the books must add up."""

from collections.abc import Iterator

import pytest

from tests.credits.books import findings


@pytest.fixture(autouse=True)
def books_that_add_up(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("django_db"):
        assert findings() == []
