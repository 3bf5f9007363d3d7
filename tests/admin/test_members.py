"""Members: found, and each with their story on one page; every look at it is logged."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import DataView, Member
from accounts.services import keys
from tests.admin.conftest import desk_of
from tests.admin.verbs import page_of, use, verb_of
from tests.conftest import MakeMember
from upstage_console.kernel import clock

LIST = "admin:accounts_member_changelist"


@pytest.mark.parametrize("term", ["바다", "firm@", "010-1234", "214-86-20011", "2148620011", "public_id"])
def test_a_member_is_found(term: str, office: Client, make_member: MakeMember) -> None:
    make_member()
    firm = make_member(name="(주)바다", kind="firm", business_number="214-86-20011", phone="010-1234-5678")
    firm.user.email = "firm@member.example"
    firm.user.save()
    wanted = firm.public_id if term == "public_id" else term
    assert list(office.get(reverse(LIST), {"q": wanted}).context["cl"].queryset) == [firm]


def test_a_member_of_another_prefix_is_not_found(office: Client, member: Member) -> None:
    assert office.get(reverse(LIST), {"q": "key_" + member.public_id[4:]}).context["cl"].result_count == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    rows: int, office: Client, make_member: MakeMember, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        make_member()
    office.get(reverse(LIST))
    with django_assert_num_queries(11):
        office.get(reverse(LIST))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    rows: int, office: Client, member: Member, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        keys.issue(member_id=member.pk, name=f"key {number}", scopes=["usage:read"], by=member.user, at=at)
    office.get(page_of(member))
    with django_assert_max_num_queries(51):
        office.get(page_of(member))


def test_the_story_is_told_newest_first(office: Client, waiting: Member, at: datetime) -> None:
    with clock.fixed(at + timedelta(hours=2)):
        use(office, verb_of(waiting, "accept"))
        told = [happening.what for happening in office.get(page_of(waiting)).context["happenings"]]
    assert told == [
        "Finished a task", "Accepted as a member", "Your membership has begun",
        "Application held", "Applied for membership", "Your application is waiting",
    ]  # fmt: skip


def test_a_move_of_the_state_is_told_with_its_deed(office: Client, waiting: Member) -> None:
    happenings = office.get(page_of(waiting)).context["happenings"]
    assert [line.detail for line in happenings if line.what == "Application held"] == ["applied → held · 설비 부족"]


def test_an_older_part_of_the_story(office: Client, member: Member, at: datetime) -> None:
    for number in range(45):
        keys_at = at + timedelta(minutes=number)
        key, _ = keys.issue(member_id=member.pk, name=str(number), scopes=["usage:read"], by=member.user, at=keys_at)
        keys.revoke(key.public_id, member_id=member.pk, by=member.user, at=keys_at)
    page = office.get(page_of(member)).context
    older = office.get(page_of(member), {"before": page["older"].isoformat()}).context
    assert len(page["happenings"]) + len(older["happenings"]) >= 80
    assert max(line.at for line in older["happenings"]) < min(line.at for line in page["happenings"])


def test_a_look_is_logged_once_in_ten_minutes(office: Client, amy: Any, ben: Any, member: Member, at: datetime) -> None:
    for minutes in (0, 9, 11):
        with clock.fixed(at + timedelta(minutes=minutes)):
            office.get(page_of(member))
    desk_of(ben).get(page_of(member))
    looks = DataView.objects.filter(member=member).order_by("id")
    assert [(look.actor, look.at - at) for look in looks] == [
        (amy, timedelta(0)), (amy, timedelta(minutes=11)), (ben, timedelta(0)),
    ]  # fmt: skip


def test_a_look_says_from_where(office: Client, member: Member) -> None:
    office.get(page_of(member), REMOTE_ADDR="203.0.113.9")
    assert DataView.objects.get().ip == "203.0.113.9"


def test_the_page_of_a_verb_is_a_look_too(office: Client, waiting: Member) -> None:
    office.get(verb_of(waiting, "accept"))
    assert DataView.objects.count() == 1


def test_a_member_who_does_not_exist(office: Client) -> None:
    assert office.get(reverse("admin:accounts_member_change", args=[99999])).status_code == 404
