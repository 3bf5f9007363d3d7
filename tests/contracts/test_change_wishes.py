"""What a customer wants changed: asked for in the portal, answered at the desk, shown in the portal (rift/5.2)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contracts.enums import PaperKind, SeatRole, WishStatus, WishTopic
from contracts.models import ChangeWish, Contract, CustomerNotice, FeeChange, Seat
from contracts.services import change_wishes
from contracts.services.change_wishes import Wish
from contracts.services.changing import NewAmount
from tests.admin.verbs import use, verb_of
from tests.contracts import making, portal
from tests.contracts.portal import AT
from upstage_console.kernel import clock
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, InvalidDates, NotFound, Refusal
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db
JULY = date(2027, 7, 1)
PRICE = Wish(WishTopic.PRICE, "석 달 뒤부터 10% 낮춰 주십시오.", 1, JULY)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.fixed(AT):
        yield


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
def wish(contract: Contract, administrator: Seat) -> ChangeWish:
    return change_wishes.ask(contract.public_id, PRICE, by=administrator.user, at=AT)


def tasks() -> int:
    return DueItem.objects.filter(kind=change_wishes.TASK, closed_at__isnull=True).count()


@pytest.mark.clause("rift/5.2")
def test_a_request_becomes_a_task_of_five_business_days(wish: ChangeWish) -> None:
    item = DueItem.objects.get(kind=change_wishes.TASK)
    assert (wish.status, wish.fee and wish.fee.position, wish.wanted_on) == (WishStatus.ASKED, 1, JULY)
    assert item.due_at.isoformat() == "2027-05-11T15:00:00+00:00"  # the 5th of May is a holiday
    assert FeeChange.objects.count() == 0


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish(WishTopic.OTHER, "x", wanted_on=AT.date() - timedelta(days=1)), InvalidDates),
        (Wish(WishTopic.OTHER, "x", wanted_on=date(2028, 1, 25)), InvalidDates),
        (Wish(WishTopic.PRICE, "x", 9), NotFound),
    ],
)
def test_what_cannot_be_is_refused(contract: Contract, amy: User, wish: Wish, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        change_wishes.ask(contract.public_id, wish, by=amy, at=AT)
    assert (ChangeWish.objects.count(), tasks()) == (0, 0)


def test_the_same_is_asked_once(wish: ChangeWish, contract: Contract, amy: User) -> None:
    with pytest.raises(AlreadyDone):
        change_wishes.ask(contract.public_id, PRICE, by=amy, at=AT)
    assert tasks() == 1


def test_nothing_is_asked_of_a_contract_that_is_over(contract: Contract, amy: User) -> None:
    with pytest.raises(Refusal) as caught:
        change_wishes.ask(contract.public_id, Wish(WishTopic.OTHER, "x"), by=amy, at=AT + timedelta(days=400))
    assert caught.value.code == "not_active"


@pytest.mark.clause("rift/5.2")
@pytest.mark.clause("rift/7.1")
def test_it_leads_to_a_change_order(wish: ChangeWish, amy: User) -> None:
    done = change_wishes.offer(wish.public_id, NewAmount(1, Decimal(819_000), JULY), answer="7월부터", by=amy, at=AT)
    change = FeeChange.objects.get()
    assert (done.status, done.document, change.amount) == (WishStatus.OFFERED, change.document, 819_000)
    assert (tasks(), "7월부터" in CustomerNotice.objects.latest("pk").body_ko) == (0, True)
    with pytest.raises(AlreadyDone):
        change_wishes.offer(wish.public_id, NewAmount(1, Decimal(1), JULY), answer="", by=amy, at=AT)
    assert FeeChange.objects.count() == 1


def test_an_offer_that_is_refused_leaves_the_request_open(wish: ChangeWish, amy: User) -> None:
    with pytest.raises(InvalidDates):
        change_wishes.offer(wish.public_id, NewAmount(1, Decimal(1), date(2030, 1, 1)), answer="", by=amy, at=AT)
    wish.refresh_from_db()
    assert (wish.status, tasks()) == (WishStatus.ASKED, 1)


def test_a_change_order_among_the_documents_answers_it(wish: ChangeWish, contract: Contract, amy: User) -> None:
    paper = making.offered(contract, PaperKind.CHANGE_ORDER, at=AT)
    other = making.offered(contract, PaperKind.NDA, at=AT)
    with pytest.raises(NotFound):
        change_wishes.offer_document(wish.public_id, other.public_id, answer="", by=amy, at=AT)
    done = change_wishes.offer_document(wish.public_id, paper.public_id, answer="", by=amy, at=AT)
    assert (done.status, done.document) == (WishStatus.OFFERED, paper)


def test_it_may_be_declined_with_a_reason(wish: ChangeWish, amy: User) -> None:
    done = change_wishes.decline(wish.public_id, answer="원가가 올랐습니다", by=amy, at=AT)
    assert (done.status, tasks(), "원가가" in CustomerNotice.objects.latest("pk").body_ko) == ("declined", 0, True)
    with pytest.raises(IllegalMove):
        change_wishes.withdraw(wish.public_id, by=amy, at=AT)


def test_it_may_be_withdrawn(wish: ChangeWish, administrator: Seat) -> None:
    change_wishes.withdraw(wish.public_id, by=administrator.user, at=AT)
    with pytest.raises(AlreadyDone):
        change_wishes.withdraw(wish.public_id, by=administrator.user, at=AT)
    assert (tasks(), AuditEvent.objects.filter(action="change_wish.withdrawn").count()) == (0, 1)


@pytest.mark.parametrize("wrong", [{"status": "declined", "closed_at": AT}, {"status": "offered", "closed_at": AT}])
def test_the_database_keeps_its_facts(wish: ChangeWish, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeWish.objects.filter(pk=wish.pk).update(**wrong)


# The portal


def at(contract: Contract, name: str, *parts: str) -> str:
    return reverse(name, args=[contract.public_id, *parts])


def test_the_portal_asks_shows_and_withdraws(inside: Client, contract: Contract) -> None:
    given = {"topic": "price", "fee": "1", "text": PRICE.text, "wanted_on": "2027-07-01"}
    page = inside.post(at(contract, "contract-wish-new"), given, follow=True).content.decode()
    made = ChangeWish.objects.get()
    assert (PRICE.text in page, made.asked_by and made.asked_by.email) == (True, "admin@customer.example")
    inside.post(at(contract, "contract-wish-withdraw", made.public_id))
    made.refresh_from_db()
    assert made.status == WishStatus.WITHDRAWN


def test_the_portal_shows_the_answer(inside: Client, wish: ChangeWish, amy: User) -> None:
    change_wishes.decline(wish.public_id, answer="원가가 올랐습니다", by=amy, at=AT)
    assert "원가가 올랐습니다" in inside.get(at(wish.contract, "contract-requests")).content.decode()


def test_a_refusal_stands_beside_the_form(inside: Client, contract: Contract) -> None:
    answer = inside.post(at(contract, "contract-wish-new"), {"topic": "other", "text": "x", "wanted_on": "2020-01-01"})
    assert (answer.status_code, ChangeWish.objects.count()) == (200, 0)


def test_it_is_for_administrators_of_the_contract(wish: ChangeWish, contract: Contract, client: Client) -> None:
    user = portal.browser(portal.seated(contract, "user@customer.example", SeatRole.USER))
    other = making.concluded(making.drafted(making.customer(making.NUMBERS[1])))
    stranger = portal.browser(portal.seated(other, "other@customer.example"))
    path = at(contract, "contract-wish-withdraw", wish.public_id)
    answers = [one.post(path).status_code for one in (user, stranger, client)]
    crossed = stranger.post(at(other, "contract-wish-withdraw", wish.public_id)).status_code
    assert (answers, crossed, user.get(at(contract, "contract-wish-new")).status_code) == ([403, 404, 302], 404, 403)
    assert stranger.get(path).status_code == 405
    wish.refresh_from_db()
    assert wish.status == WishStatus.ASKED


# The desk


def test_the_desk_offers_a_change_order(wish: ChangeWish, amy: User, client: Client) -> None:
    client.force_login(amy)
    use(client, verb_of(wish, "offer"), fee="1", amount="819000", from_on="2027-07-01", answer="7월부터")
    wish.refresh_from_db()
    assert (wish.status, FeeChange.objects.get().amount, wish.answer) == (WishStatus.OFFERED, 819_000, "7월부터")


def test_the_desk_answers_with_a_document_or_a_reason(
    wish: ChangeWish, contract: Contract, amy: User, client: Client
) -> None:
    client.force_login(amy)
    paper = making.offered(contract, PaperKind.CHANGE_ORDER, at=AT)
    use(client, verb_of(wish, "offer-document"), document=paper.public_id, answer="")
    second = change_wishes.ask(contract.public_id, Wish(WishTopic.OTHER, "x"), by=amy, at=AT)
    use(client, verb_of(second, "decline"), answer="아닙니다")
    assert list(ChangeWish.objects.order_by("pk").values_list("status", flat=True)) == ["offered", "declined"]
    page = client.get(reverse("admin:contracts_contract_change", args=[contract.pk])).content.decode()
    assert reverse("admin:contracts_changewish_change", args=[wish.pk]) in page
