"""Lists page by cursor, newest first, stable while rows arrive."""

import pytest

from accounts.models import Notice
from tests.api.asking import is_problem, wrong_fields
from tests.api.conftest import AT

pytestmark = [pytest.mark.urls("tests.api.probe"), pytest.mark.django_db]
LISTED = "/probe/listed"


def tell(member, key):
    texts = {"subject_ko": "가", "subject_en": "a", "body_ko": "가", "body_en": "a"}
    return Notice.objects.create(member=member, about="test", key=key, at=AT, **texts)


@pytest.fixture
def notices(member, stranger):
    for number in range(5):
        tell(member, f"n{number}")
        tell(stranger, f"other {number}")


def test_pages_come_newest_first_and_miss_nothing_while_rows_arrive(own, member, notices):
    first = own.get(LISTED, limit=2).json()
    tell(member, "arrived")
    second = own.get(LISTED, limit=2, after=first["next"]).json()
    third = own.get(LISTED, limit=2, after=second["next"]).json()
    assert first["items"] + second["items"] + third["items"] == ["n4", "n3", "n2", "n1", "n0"]
    assert third["next"] is None


def test_full_last_page_has_no_next(own, notices):
    assert own.get(LISTED, limit=5).json()["next"] is None
    assert own.get(LISTED, limit=4).json()["next"] is not None


def test_after_the_last_row_there_is_nothing(own, member, notices):
    last = Notice.objects.filter(member=member).earliest("pk")
    assert own.get(LISTED, after=last.public_id).json() == {"items": [], "next": None}


def test_cursor_of_a_stranger_is_not_found(own, stranger, notices):
    theirs = Notice.objects.filter(member=stranger).first()
    assert is_problem(own.get(LISTED, after=theirs.public_id), 404, "not_found")


@pytest.mark.parametrize("after", ["x", "mem_" + "0" * 32, "ntc_" + "0" * 32, "ntc_" + "z" * 32])
def test_odd_cursor_is_not_found(own, notices, after):
    assert is_problem(own.get(LISTED, after=after), 404, "not_found")


@pytest.mark.parametrize("after", ["", "a" * 65, "a\0"])
def test_impossible_cursor_is_malformed(own, after):
    assert "after" in wrong_fields(own.get(LISTED, after=after))


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "1.5", "", "9" * 5000])
def test_limit_is_bounded(own, limit):
    assert "limit" in wrong_fields(own.get(LISTED, limit=limit))


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_one_query(own, member, rows, django_assert_num_queries):
    own.get("/me")
    for number in range(rows):
        tell(member, f"n{number}")
    with django_assert_num_queries(3):
        own.get(LISTED)
