"""The case file of a contract: everything due, one timeline, what stands against it, how it is kept."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contracts.models import Contract
from contracts.queries.belonging import names_of
from tests.admin.conftest import desk_of
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST
from upstage_console.web.demo import firms

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 30, tzinfo=KST)


@pytest.fixture
def office(amy: User, ben: User) -> Client:
    with clock.fixed(AT):
        firms.lay_out(firms.Desk(amy, ben), at=AT)
    return desk_of(amy)


def file_of(office: Client, title: str) -> tuple[str, dict[str, object]]:
    row = Contract.objects.get(title=title)
    with clock.fixed(AT):
        answer = office.get(reverse("admin:contracts_contract_change", args=[row.pk]))
    return answer.content.decode(), {str(one.title): one for one in answer.context["panels"]}


def test_what_belongs_to_it_is_due_and_told_on_its_page(office: Client) -> None:
    shown, panels = file_of(office, "고객센터 상담 플랫폼 운영")
    for part in ("Support case opened", "Outage recorded", "Payment of a firm recorded", "99.4274 %", "발신 번호가"):
        assert part in shown
    assert "Trouble" not in panels
    assert "Days to pay: 21 days" in shown


def test_what_stands_against_it_is_said_on_top(office: Client) -> None:
    shown, panels = file_of(office, "예약 상담 SaaS")
    assert "2 invoices were late. A breach is to be cured until the end of" in shown
    assert "Late: FC-202610-000002" in shown
    assert {"Trouble", "Invoices, the next from 1 Nov 2026"} <= set(panels)
    assert "End of the time to cure" in shown


def test_names_are_those_of_one_contract(office: Client) -> None:
    first, other = (set(names_of(row)) for row in Contract.objects.order_by("pk")[:2])
    assert not first & other
    assert len({name.partition("_")[0] for name in first}) > 8
