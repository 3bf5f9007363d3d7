"""Stopping a service at the desk: the firm is told first, the preview is the deed, and it needs its permission."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from contracts.models import Contract, Suspension, SuspensionNotice
from contracts.services import invoicing, paying, suspending
from contracts.services.suspending import Limit
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.contracts import making
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
LATE = datetime(2027, 3, 22, 10, tzinfo=KST)
FROM = datetime(2027, 3, 30, 10, tzinfo=KST)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed(FROM):
        yield


@pytest.fixture
def office(db: None) -> Client:
    return desk_of(making.staff("amy"))


@pytest.fixture
def contract() -> Contract:
    """An invoice of it is unpaid since the end of 18 March, and the firm was told on the 22nd."""
    made = making.concluded(making.drafted(starts_on=date(2027, 2, 1), payment_days=10))
    amy, at = making.staff("amy"), datetime(2027, 3, 8, 10, tzinfo=KST)
    bill = invoicing.issue_amount(made.public_id, Decimal(500_000), what_ko="구축", what_en="Work", by=amy, at=at)
    paying.receive(made.public_id, bill.invoice.public_id, on=at.date(), by=amy, at=at)
    return made


def told(contract: Contract) -> SuspensionNotice:
    limit = Limit("unpaid")
    return suspending.announce(contract.public_id, limit, reason="unpaid", by=making.staff("amy"), at=LATE)


def test_a_notice_is_seen_before_it_goes_out(office: Client, contract: Contract) -> None:
    url = verb_of(contract, "announce-suspension")
    given = {"ground": "unpaid", "functions": "발신\n녹취", "from_on": ""}
    seen = preview(office, url, **given).content.decode()
    assert "발신, 녹취" in seen
    assert "550,000" in seen
    assert not SuspensionNotice.objects.exists()
    use(office, url, **given)
    assert SuspensionNotice.objects.get().functions == ["발신", "녹취"]


def test_a_notice_too_short_is_refused_in_the_preview(office: Client, contract: Contract) -> None:
    given = {"ground": "unpaid", "functions": "", "from_on": "2027-04-01"}
    seen = preview(office, verb_of(contract, "announce-suspension"), **given)
    assert seen.context["refused"].code == "notice_too_short"


def test_the_service_is_stopped_and_runs_again(office: Client, contract: Contract) -> None:
    told(contract)
    url = verb_of(contract, "suspend")
    preview(office, url)
    assert not Suspension.objects.exists()
    use(office, url)
    contract.refresh_from_db()
    assert (contract.status, Suspension.objects.get().reason) == ("suspended", "asked for")
    assert office.get(page_of(contract)).status_code == 200
    use(office, verb_of(contract, "resume"))
    contract.refresh_from_db()
    assert contract.status == "concluded"


def test_a_notice_is_left(office: Client, contract: Contract) -> None:
    row = told(contract)
    use(office, verb_of(row, "drop"))
    row.refresh_from_db()
    assert row.status == "dropped"


def test_who_may_only_look_stops_nothing(clerk: Callable[..., Client], contract: Contract) -> None:
    told(contract)
    assert clerk("contracts.view_contract").post(verb_of(contract, "suspend")).status_code == 403
    assert not Suspension.objects.exists()


@pytest.mark.parametrize("model", [Suspension, SuspensionNotice])
def test_the_lists_are_shown(office: Client, contract: Contract, model: type[Suspension | SuspensionNotice]) -> None:
    told(contract)
    suspending.suspend(contract.public_id, reason="no answer", by=making.staff("amy"), at=FROM)
    row = model.objects.get()
    shown = office.get(page_of(row))
    listed = office.get(f"/admin/contracts/{model._meta.model_name}/")
    assert (shown.status_code, listed.status_code) == (200, 200)
