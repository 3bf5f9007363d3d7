"""From the ledger: every hold is as it was answered, and what holds reserve is there, once."""

from decimal import Decimal

from django.db.models import Sum

from accounts.models import Member
from billing.models import UsageEvent
from credits import queries
from credits.models import Account, Hold, Lot
from tests.soak import proof
from tests.soak.clients import Calls
from tests.soak.gateway import Gateway
from upstage_console.kernel import clock
from upstage_console.kernel.models import IdempotencyRecord

MISTAKES = {"insufficient_credits", "hold_exceeded", "already_done"}


def everything(member: Member, calls: Calls, gateway: Gateway) -> None:
    """All of it, where nobody but these callers moved the member's credits."""
    proof.everybody_was_answered(calls, *MISTAKES)
    proof.repeats_are_one(calls)
    charges = list(calls.done("/charges").values())
    captures = [{**answer, "body": answer["body"]["used"]} for answer in calls.done("/capture").values()]
    proof.charges_are_kept_once(member, [*charges, *captures])
    assert UsageEvent.objects.filter(member=member).count() == len(charges) + len(captures)
    kept = IdempotencyRecord.objects.filter(scope=gateway.public_id).values_list("key", flat=True)
    assert sorted(kept) == sorted(calls.done())
    holds_are_kept_once(member, calls)
    what_is_held_is_there(member)
    nobody_saw_less_than_nothing(calls)


def holds_are_kept_once(member: Member, calls: Calls) -> None:
    """Each in the state of its last answer, with what was captured of it."""
    told = {answer["body"]["id"]: ("open", None) for answer in calls.done("/holds").values()}
    assert len(told) == len(calls.done("/holds"))
    told |= {
        answer["body"]["id"]: ("captured", Decimal(answer["body"]["captured"]))
        for answer in calls.done("/capture").values()
    }
    told |= {answer["body"]["id"]: ("released", None) for answer in calls.done("/release").values()}
    rows = {row.public_id: (row.state, row.captured) for row in Hold.objects.filter(member=member)}
    assert rows == told


def what_is_held_is_there(member: Member) -> None:
    """Open holds, lots and account agree; what is available is the balance without it."""
    held = Hold.objects.filter(member=member, state="open").aggregate(held=Sum("reserved"))["held"] or 0
    lots = Lot.objects.filter(member=member).aggregate(held=Sum("held"), left=Sum("remaining"))
    now = queries.balance(member.pk, clock.now())
    assert Account.objects.get(pk=member.pk).held == lots["held"] == now.held == held
    assert now.total == lots["left"]
    assert now.available == now.total - now.held - now.unsettled >= 0


def nobody_saw_less_than_nothing(calls: Calls) -> None:
    for answer in calls.done().values():
        left = answer["body"].get("credits", answer["body"])
        assert 0 <= Decimal(left["available"]) <= Decimal(left["balance"])
