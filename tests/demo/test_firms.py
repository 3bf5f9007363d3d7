"""The firms of the demo are told on any day of the year, once, and leave the desks something of everything."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import FirmInvoice
from contracts.models import Breach, Case, Contract, Delinquency, Review, ServiceCredit, ServiceLevelReport
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST
from upstage_console.web.demo import firms
from upstage_console.web.demo.people import PASSWORD

pytestmark = pytest.mark.django_db
DAYS = ["2026-11-23 09:30", "2027-01-01 00:10", "2027-03-01 03:00", "2027-08-31 23:50", "2028-02-29 12:00"]


def told(amy: User, ben: User, text: str = DAYS[0]) -> datetime:
    at = datetime.fromisoformat(text).replace(tzinfo=KST)
    with clock.fixed(at):
        firms.lay_out(firms.Desk(amy, ben), at=at)
    return at


@pytest.mark.parametrize("day", DAYS)
def test_on_any_day(day: str, amy: User, ben: User) -> None:
    told(amy, ben, day)
    assert sorted(Contract.objects.values_list("status", flat=True)) == ["concluded", "concluded", "in_review"]
    assert (ServiceLevelReport.objects.count(), Case.objects.count()) == (1, 2)
    assert ServiceCredit.objects.get().status == "applied"
    assert Review.objects.filter(status="open").count() == 2
    assert (Delinquency.objects.count(), Breach.objects.count(), FirmInvoice.objects.count()) == (2, 1, 4)


@pytest.mark.parametrize("name", ["contract-meetings", "contract-deliverables", "contract-requests"])
def test_each_page_of_working_together_has_something_to_answer(name: str, client: Client, amy: User, ben: User) -> None:
    at = told(amy, ben)
    client.login(email=firms.ADMINISTRATOR, password=PASSWORD)
    contract = Contract.objects.get(title="고객센터 상담 플랫폼 운영")
    with clock.fixed(at):
        shown = client.get(reverse(name, args=[contract.public_id])).content.decode()
    assert '<form method="post"' in shown.split("<main")[1]


def test_once(amy: User, ben: User) -> None:
    told(amy, ben)
    told(amy, ben)
    assert Contract.objects.count() == 3


def test_the_administrator_logs_in_and_sees_the_contract(client: Client, amy: User, ben: User) -> None:
    at = told(amy, ben)
    assert client.login(email=firms.ADMINISTRATOR, password=PASSWORD)
    with clock.fixed(at):
        shown = client.get(reverse("contracts"), follow=True).content.decode()
    assert "고객센터 상담 플랫폼 운영" in shown
