"""A customer demands that we cure a breach of ours, and gives notice where we do not (rift/15.2)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contracts.enums import BreachStatus, ByTwoStatus, ContractStatus, SeatRole, Side
from contracts.models import Breach, Contract, ContractFile, CustomerNotice, Seat, Termination
from contracts.services import breaches, ending
from contracts.services.breaches import Delivery
from contracts.services.files import Given
from tests.contracts import making, portal
from tests.contracts.portal import AT
from upstage_console.kernel import clock
from upstage_console.kernel.errors import AlreadyDone, NotAllowed, Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db
WHAT = "4월 내내 발신이 끊겼습니다. 원인을 없애 주십시오."
CURE_UNTIL = date(2027, 6, 2)
LATE = AT + timedelta(days=31)


@pytest.fixture
def contract(amy: User) -> Contract:
    return making.concluded(making.drafted(making.customer(making.NUMBERS[0])))


@pytest.fixture
def administrator(contract: Contract) -> Seat:
    return portal.seated(contract, "admin@customer.example")


@pytest.fixture
def inside(administrator: Seat) -> Client:
    return portal.browser(administrator)


@pytest.fixture
def demanded(contract: Contract, administrator: Seat) -> Breach:
    return breaches.demand_in_portal(contract.public_id, WHAT, by=administrator.user, at=AT)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.fixed(AT):
        yield


def at(contract: Contract, name: str) -> str:
    return reverse(name, args=[contract.public_id])


@pytest.mark.clause("rift/15.2")
def test_the_time_to_cure_runs_from_the_page_on(demanded: Breach) -> None:
    assert (demanded.side, demanded.received_on, demanded.cure_until) == (Side.CUSTOMER, AT.date(), CURE_UNTIL)
    item = DueItem.objects.get(kind=breaches.TASK)
    assert (item.key, item.due_at.isoformat()) == (demanded.public_id, "2027-06-02T15:00:00+00:00")


def test_the_proof_is_what_was_written_with_its_time_and_hash(demanded: Breach) -> None:
    file = demanded.evidence
    assert file is not None
    written = bytes(file.content).decode()
    assert (WHAT in written, AT.isoformat() in written, "admin@customer.example" in written) == (True, True, True)
    assert demanded.delivery == breaches.IN_PORTAL


def test_the_firm_is_told_until_when(demanded: Breach) -> None:
    told = CustomerNotice.objects.latest("pk")
    assert ("2027년 6월 2일" in told.body_ko, "2 Jun 2027" in told.body_en) == (True, True)


def test_the_same_is_demanded_once(demanded: Breach, contract: Contract, amy: User) -> None:
    with pytest.raises(AlreadyDone):
        breaches.demand_in_portal(contract.public_id, WHAT, by=amy, at=AT)
    assert (Breach.objects.count(), ContractFile.objects.filter(name__startswith="demand").count()) == (1, 1)


def test_nothing_is_demanded_after_the_end(contract: Contract, amy: User) -> None:
    with pytest.raises(Refusal) as caught:
        breaches.demand_in_portal(contract.public_id, WHAT, by=amy, at=AT + timedelta(days=400))
    assert (caught.value.code, Breach.objects.count(), ContractFile.objects.filter(name__startswith="dem").count()) == (
        "not_active", 0, 0,
    )  # fmt: skip


# The portal


def test_the_portal_takes_a_demand_and_shows_it(inside: Client, contract: Contract) -> None:
    page = inside.post(at(contract, "contract-demand-new"), {"what": WHAT}, follow=True).content.decode()
    made = Breach.objects.get()
    assert (made.evidence is not None and made.evidence.sha256 in page, WHAT in page) == (True, True)
    assert at(contract, "contract-notice-new") not in page


def test_an_empty_demand_is_none(inside: Client, contract: Contract) -> None:
    assert inside.post(at(contract, "contract-demand-new"), {"what": "  "}).status_code == 200
    assert Breach.objects.count() == 0


@pytest.mark.parametrize("name", ["contract-demand-new", "contract-notice-new"])
def test_it_is_for_administrators_of_the_contract(contract: Contract, client: Client, name: str) -> None:
    user = portal.browser(portal.seated(contract, "user@customer.example", SeatRole.USER))
    other = making.concluded(making.drafted(making.customer(making.NUMBERS[1])))
    stranger = portal.browser(portal.seated(other, "other@customer.example"))
    answers = [one.post(at(contract, name), {"what": "x"}).status_code for one in (user, stranger, client)]
    assert (answers, Breach.objects.count(), Termination.objects.count()) == ([403, 404, 302], 0, 0)


@pytest.mark.clause("rift/15.2")
def test_what_is_not_cured_lets_the_firm_give_notice(
    inside: Client, demanded: Breach, contract: Contract, amy: User
) -> None:
    assert inside.get(at(contract, "contract-notice-new")).status_code == 302
    with clock.fixed(LATE):
        assert at(contract, "contract-notice-new") in inside.get(at(contract, "contract-requests")).content.decode()
        assert "Goes back" in inside.get(at(contract, "contract-notice-new")).content.decode()
        page = inside.post(at(contract, "contract-notice-new"), follow=True).content.decode()
        assert "We received your notice of termination" in page
        inside.post(at(contract, "contract-notice-new"))
        made = Termination.objects.get()
        ending.confirm(made.public_id, by=amy, at=LATE)
    contract.refresh_from_db()
    made.refresh_from_db()
    assert (contract.status, made.status, made.side) == (ContractStatus.TERMINATED, ByTwoStatus.DONE, Side.CUSTOMER)


@pytest.mark.clause("rift/15.2")
def test_what_is_cured_in_time_does_not(inside: Client, demanded: Breach, contract: Contract, amy: User) -> None:
    breaches.cure(demanded.public_id, by=amy, at=AT + timedelta(days=3))
    with clock.fixed(LATE):
        assert inside.post(at(contract, "contract-notice-new")).status_code == 302
        page = inside.get(at(contract, "contract-requests")).content.decode()
    assert (Termination.objects.count(), at(contract, "contract-notice-new") in page) == (0, False)


def test_the_last_day_is_the_company_s(inside: Client, demanded: Breach, contract: Contract) -> None:
    with clock.fixed(AT + timedelta(days=30)):
        assert inside.post(at(contract, "contract-notice-new")).status_code == 302
    assert Termination.objects.count() == 0


# The proof of receipt, as a file


@pytest.fixture
def received(contract: Contract, amy: User) -> Breach:
    """Our demand, whose receipt is proven by words alone so far."""
    delivery = Delivery(AT.date(), "등기 1234")
    return breaches.demand(contract.public_id, Side.COMPANY, "사용료", delivery=delivery, by=amy, at=AT)


PROOF = Given("수령증.pdf", "application/pdf", b"%PDF receipt")


def test_the_proof_is_kept_once_with_its_hash(received: Breach, amy: User) -> None:
    done = breaches.prove(received.public_id, PROOF, by=amy, at=AT)
    assert done.evidence is not None
    assert bytes(done.evidence.content) == PROOF.content
    with pytest.raises(AlreadyDone):
        breaches.prove(received.public_id, PROOF, by=amy, at=AT)
    assert ContractFile.objects.filter(name=PROOF.name).count() == 1


def test_there_is_no_proof_of_what_did_not_arrive(contract: Contract, amy: User) -> None:
    row = breaches.demand(contract.public_id, Side.COMPANY, "사용료", delivery=None, by=amy, at=AT)
    with pytest.raises(NotAllowed):
        breaches.prove(row.public_id, PROOF, by=amy, at=AT)
    assert ContractFile.objects.filter(name=PROOF.name).count() == 0


def test_the_desk_hands_the_proof_in_and_opens_it(received: Breach, amy: User, client: Client) -> None:
    client.force_login(amy)
    page = reverse("admin:contracts_breach_change", args=[received.pk])
    assert 'type="file"' in client.get(page).content.decode()
    upload = SimpleUploadedFile(PROOF.name, PROOF.content, PROOF.media_type)
    client.post(reverse("admin:contracts_breach_proof", args=[received.pk]), {"file": upload, "reason": "arrived"})
    received.refresh_from_db()
    shown = client.get(page).content.decode()
    assert received.evidence is not None
    assert (received.evidence.sha256 in shown, 'type="file"' in shown) == (True, False)
    assert client.get(reverse("admin:contracts_file_open", args=[received.evidence_id])).content == PROOF.content


def test_who_may_not_demand_files_nothing(received: Breach, client: Client) -> None:
    clerk = User.objects.create_user("clerk@staff.example", "a long enough password", is_staff=True)
    client.force_login(clerk)
    answer = client.post(reverse("admin:contracts_breach_proof", args=[received.pk]), {"reason": "x"})
    received.refresh_from_db()
    assert (answer.status_code, received.evidence, received.status) == (403, None, BreachStatus.RUNNING)
