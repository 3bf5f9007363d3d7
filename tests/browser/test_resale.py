"""Resale under a contract: asked for at the desk, approved for less than was asked, and read by the customer."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from contracts.models import Contract, PriorApproval
from tests.browser import firms
from tests.browser.desk import at_desk
from tests.browser.person import Person
from tests.contracts import making
from tests.contracts.making import NOON
from tests.contracts.minutes import kst

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]
MONDAY = kst("2027-03-08 10:00")
WHY, CONDITION = "메일로 요청했습니다. Asked for by mail.", "재재판매 금지 / no sub-resale"
ASKED = {"kind": "resale", "to": "소리상사", "service": "outbound", "purpose": "지점", "until_on": "2027-09-30"}


@pytest.fixture
def begins_at(set_clock: Callable[[datetime], None]) -> datetime:
    set_clock(MONDAY)
    return NOON


@pytest.mark.clause("rift/10.2")
def test_resale_is_approved_for_whom_and_how_long_it_says(
    open_page: Any, transactional_db: None, begins_at: datetime, language: str
) -> None:
    contract = firms.agreed(language)
    amy, ben = (at_desk(open_page, making.staff(name), language) for name in ("amy", "ben"))
    amy.opens(contract)
    amy.does("Resale or assignment is asked for", **ASKED, reason=WHY)
    amy.reads("소리상사")
    approval = PriorApproval.objects.get()
    ben.opens(approval)
    ben.previews("Approve in writing", until_on="2027-06-30", reason=CONDITION)
    shorter = [firms.day(ben, on) for on in (MONDAY.date(), date(2027, 6, 30))]
    firms.sees_effect(ben, *shorter, CONDITION)
    ben.confirms("Approve in writing")
    approval.refresh_from_db()
    assert (approval.status, approval.ends_on) == ("approved", date(2027, 6, 30))
    reads_the_approval(firms.administrator(open_page, contract, language), contract)


def reads_the_approval(me: Person, contract: Contract) -> None:
    me.page.goto(f"/contracts/{contract.public_id}/")
    me.reads_all("소리상사", "outbound", CONDITION, firms.day(me, date(2027, 6, 30)))
    me.cites("10.2")
