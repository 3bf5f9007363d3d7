"""Contracts before their conclusion."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.enums import CONTRACT_MOVES, ContractStatus, RefusalGround
from contracts.errors import NoFees, SignedIsFinal, UnderReview
from contracts.models import Contract
from contracts.services import drafting, reviews
from contracts.services.drafting import Draft
from tests.contracts import making
from tests.contracts.making import NOON, staff
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, InvalidAmount, InvalidDates, NotFound
from upstage_console.kernel.transitions import move

pytestmark = pytest.mark.django_db


@pytest.mark.clause("rift/7.1", "rift/15.1")
def test_a_draft_has_its_fees_in_their_order_and_its_term():
    fees = [making.fee(), making.fee("seat", "26000", included=Decimal(3)), making.fee("usage", "12.5")]
    contract = making.drafted(fees=fees)
    found = list(contract.fees.values_list("position", "kind", "amount", "included"))
    assert found == [(1, "flat", 910_000, None), (2, "seat", 26_000, 3), (3, "usage", Decimal("12.5"), None)]
    assert (contract.ends_on, contract.term_why["clauses"]) == (date(2028, 1, 24), ["rift/15.1"])


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"fees": []}, NoFees),
        ({"fees": [making.fee(amount="-1")]}, InvalidAmount),
        ({"fees": [making.fee(amount="NaN")]}, InvalidAmount),
        ({"months": None, "ends_on": date(2027, 1, 24)}, InvalidDates),
    ],
)
def test_what_is_no_contract_is_not_drafted(terms, refusal):
    holder = making.customer()
    given = Draft(**{"title": "x", "fees": [making.fee()], "starts_on": date(2027, 1, 25), "months": 1, **terms})
    with pytest.raises(refusal):
        drafting.draft(holder.public_id, given, by=staff("amy"), at=NOON)
    assert not Contract.objects.exists()


def test_a_draft_is_written_anew():
    contract = making.drafted()
    given = Draft("neu", [making.fee("usage", "3")], starts_on=date(2027, 2, 1))
    drafting.change(contract.public_id, given, reason="", by=staff("amy"), at=NOON)
    contract.refresh_from_db()
    assert (contract.title, contract.ends_on, [fee.kind for fee in contract.fees.all()]) == (
        "neu", date(2028, 1, 31), ["usage"],
    )  # fmt: skip


@pytest.mark.clause("rift/4.2")
def test_what_is_under_review_is_only_read():
    contract = making.drafted()
    reviews.submit(contract.public_id, by=staff("amy"), at=NOON)
    with pytest.raises(UnderReview):
        drafting.change(contract.public_id, Draft("x", [making.fee()]), reason="", by=staff("amy"), at=NOON)


@pytest.mark.clause("rift/4.3")
def test_a_contract_is_refused_on_a_ground():
    contract = making.drafted()
    drafting.refuse(contract.public_id, RefusalGround.UNLAWFUL, reason="spam", by=staff("ben"), at=NOON)
    contract.refresh_from_db()
    assert (contract.status, contract.ended_at) == ("rejected", NOON)
    with pytest.raises(AlreadyDone):
        drafting.refuse(contract.public_id, RefusalGround.UNLAWFUL, reason="", by=staff("ben"), at=NOON)


@pytest.mark.clause("rift/4.1")
def test_a_concluded_contract_is_not_changed_refused_or_left():
    contract = making.concluded()
    for attempt in (
        lambda: drafting.change(contract.public_id, Draft("x", [making.fee()]), reason="", by=staff("amy"), at=NOON),
        lambda: drafting.refuse(contract.public_id, RefusalGround.UNLAWFUL, reason="", by=staff("amy"), at=NOON),
        lambda: drafting.void(contract.public_id, reason="", by=staff("amy"), at=NOON),
    ):
        with pytest.raises(SignedIsFinal):
            attempt()


def test_an_unknown_contract_is_not_found():
    with pytest.raises(NotFound):
        drafting.locked("ctr_" + "0" * 32)


@pytest.mark.parametrize("to", list(ContractStatus))
@pytest.mark.parametrize("state", [ContractStatus.DRAFT, ContractStatus.REJECTED, ContractStatus.VOIDED])
def test_only_the_moves_of_the_table_are_made(state, to):
    contract = making.drafted()
    if state != ContractStatus.DRAFT:
        ended = {"rejected": lambda: drafting.refuse(
            contract.public_id, RefusalGround.INFEASIBLE, reason="", by=None, at=NOON),
            "voided": lambda: drafting.void(contract.public_id, reason="", by=None, at=NOON)}  # fmt: skip
        ended[state]()
    if to in CONTRACT_MOVES.get(state, ()):
        return
    with pytest.raises((IllegalMove, AlreadyDone)):
        move(contract, to, allowed=CONTRACT_MOVES, by=None, at=NOON)
