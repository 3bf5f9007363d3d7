"""Which law and forum hold with a member."""

import pytest

from accounts.rules.disputes import governing_law


@pytest.mark.clause("upstage/28.1", "upstage/28.2")
@pytest.mark.parametrize("country", ["KR", "JP", "DE", "CA"])
def test_korean_law_and_courts_outside_the_united_states(country):
    found = governing_law(country)
    assert (found.law, found.forum, found.language) == ("korea", "courts", "ko")


@pytest.mark.clause("upstage/28.3")
def test_californian_law_and_arbitration_in_the_united_states():
    found = governing_law("US")
    assert (found.law, found.forum, found.language) == ("california", "aaa", "en")
