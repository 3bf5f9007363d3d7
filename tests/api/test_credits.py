"""Balance, lots and ledger as a member's program sees them."""

from datetime import date, timedelta

import pytest

from tests.api.asking import is_problem, wrong_fields
from tests.credits import make
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_end


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(make.NOON):
        yield


def test_credits_tell_the_balance_by_kind(own, member):
    make.bought(member, "8000")
    make.granted(member, "2000.5")
    answer = own.get("/credits").json()
    assert answer == {
        "member": member.public_id,
        "currency": "KRW",
        "paid": "8000",
        "free": "2000.5",
        "total": "10000.5",
        "held": "0",
        "unsettled": "0",
        "debt": "0",
        "available": "10000.5",
        "at": "2026-02-10T03:00:00Z",
    }


def test_nothing_is_nothing(own):
    answer = own.get("/credits").json()
    assert {answer[name] for name in ("paid", "free", "total", "available")} == {"0"}


def test_expired_lot_pays_nothing_from_its_last_instant(own, member):
    last = date(2026, 2, 28)
    make.granted(member, "5", last)
    with clock.fixed(day_end(last) - timedelta(microseconds=1)):
        assert own.get("/credits").json()["available"] == "5"
    with clock.fixed(day_end(last)):
        assert own.get("/credits").json()["available"] == "0"
        (lot,) = own.get("/credits/lots").json()["items"]
        assert (lot["amount"], lot["remaining"]) == ("5", "0")


def test_lot_carries_its_facts_and_clauses(own, member):
    lot = make.granted(member, "5", date(2026, 3, 1))
    (shown,) = own.get("/credits/lots").json()["items"]
    assert [clause["code"] for clause in shown.pop("clauses")] == lot.clauses
    assert shown == {
        "id": lot.public_id, "kind": "free", "source": "grant", "currency": "KRW", "amount": "5", "remaining": "5",
        "granted_at": "2026-02-10T03:00:00Z", "expires_on": "2026-03-01", "expires_at": "2026-03-01T15:00:00Z",
        "purchase": "", "reason": "event",
    }  # fmt: skip


def test_lots_filter_by_kind_and_life(own, member):
    free, paid = make.granted(member, "5"), make.bought(member, "7")
    spent = make.granted(member, "1", date(2026, 2, 28))
    make.burned(member, "1")

    def ids(**filters):
        return [lot["id"] for lot in own.get("/credits/lots", **filters).json()["items"]]

    assert ids() == [spent.public_id, paid.public_id, free.public_id]
    assert ids(kind="paid") == [paid.public_id]
    assert ids(live="true") == [paid.public_id, free.public_id]
    assert ids(live="false") == [spent.public_id]
    assert wrong_fields(own.get("/credits/lots", kind="gold", live="perhaps")) == {
        "kind": "invalid_choice",
        "live": "invalid",
    }


def test_entries_tell_every_movement(own, member):
    lot = make.granted(member, "5")
    (burned,) = make.burned(member, "1.25")
    used, came = own.get("/credits/entries").json()["items"]
    assert (came["kind"], came["amount"], came["charge"]) == ("grant", "5", None)
    assert {name: used[name] for name in ("kind", "amount", "balance_before", "balance", "lot", "lot_remaining")} == {
        "kind": "use", "amount": "-1.25", "balance_before": "5", "balance": "3.75", "lot": lot.public_id,
        "lot_remaining": "3.75",
    }  # fmt: skip
    assert used["charge"] == f"chg_{burned.charge_id.hex}"
    assert used["clauses"][0]["code"] == "upstage/15.3"


def test_entries_page_while_more_arrive(own, member):
    make.granted(member, "5")
    make.burned(member, "1", "1", "1")
    first = own.get("/credits/entries", limit=2).json()
    make.burned(member, "1")
    second = own.get("/credits/entries", limit=2, after=first["next"]).json()
    assert [entry["sequence"] for entry in first["items"] + second["items"]] == [4, 3, 2, 1]
    assert second["next"] is None


def test_entries_of_a_lot(own, member, stranger):
    first, _second = make.granted(member, "5"), make.granted(member, "6")
    (entry,) = own.get("/credits/entries", lot=first.public_id).json()["items"]
    assert (entry["lot"], entry["amount"]) == (first.public_id, "5")
    theirs = make.granted(stranger, "5")
    assert is_problem(own.get("/credits/entries", lot=theirs.public_id), 404, "not_found")
    assert is_problem(own.get("/credits/entries", lot="lot_1"), 404, "not_found")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", ["/credits", "/credits/lots", "/credits/entries"])
def test_reading_takes_three_queries(own, member, rows, path, django_assert_num_queries):
    for _ in range(rows):
        make.granted(member, "5")
    own.get("/me")
    with django_assert_num_queries(3):
        own.get(path)
