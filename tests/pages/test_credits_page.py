"""The page of a member's credits."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Member
from billing.services import holding
from billing.services.rating import Use
from tests.pages.conftest import AT

pytestmark = pytest.mark.django_db
PAGE = "/credits/"


def held(kim: Member, use: Use) -> None:
    holding.place(member_id=kim.pk, use=use, expires_in=None, by=None, at=AT)


def test_a_hold_says_what_it_is_for_in_the_readers_words(kims: Client, kim: Member) -> None:
    held(kim, Use("ocr", "page", Decimal(10)))
    held(kim, Use.of_amount(Decimal(5)))
    purposes = [hold.purpose for hold in kims.get(PAGE).context["holds"]]
    assert sorted(f"{one.ko} | {one.en}" if one else "" for one in purposes) == ["", "ocr · page 10 | ocr · 10 page"]
    assert "ocr page × 10" not in kims.get(PAGE).content.decode()
