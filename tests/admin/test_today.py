"""The first page: its numbers lead to lists that are as long."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from tests.conftest import MakeMember


def numbers_of(page: Any, place: str) -> dict[str, Any]:
    return {str(figure.label): figure for figure in page.context[place]}


def test_the_most_urgent_task_stands_first(office: Client, waiting: Member) -> None:
    page = office.get(reverse("admin:index"))
    assert [line["item"].about for line in page.context["due_items"]] == [waiting.public_id]


def test_members_by_status_equal_their_lists(office: Client, waiting: Member, make_member: MakeMember) -> None:
    make_member(), make_member()
    shown = [figure for figure in office.get(reverse("admin:index")).context["figures"] if "/member/" in figure.url]
    lengths = [office.get(figure.url).context["cl"].result_count for figure in shown]
    assert ([figure.value for figure in shown], lengths) == ([1, 2], [1, 2])


def test_nothing_due_says_so(office: Client) -> None:
    assert "Nothing is due" in office.get(reverse("admin:index")).content.decode()


def test_whoever_may_see_nothing_sees_no_numbers(clerk: Callable[..., Client]) -> None:
    page = clerk().get(reverse("admin:index"))
    assert (page.context["figures"], page.context["tonight"], "due_items" in page.context) == ([], [], False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    rows: int, office: Client, make_member: MakeMember, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        make_member()
    office.get(reverse("admin:index"))
    with django_assert_max_num_queries(20):
        office.get(reverse("admin:index"))
