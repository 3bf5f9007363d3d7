"""May this key call this service now?"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from accounts.enums import RestrictionKind
from accounts.models import Consent, Document, Version
from accounts.queries import terms
from accounts.rules.keys import make_secret
from accounts.services import keys
from billing.models import Service
from billing.queries.access import access
from credits import queries as credit_queries
from credits.services import holds
from tests.accounts.restricting import restricted
from tests.api.asking import is_problem, wrong_fields
from tests.billing import make
from tests.billing.limiting import limited
from tests.credits import make as credits
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.clock import KST

NOON = make.NOON


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(NOON):
        yield


@pytest.fixture(autouse=True)
def catalogue(db, at_noon):
    for service, amount in (("ocr", "12"), ("playground", "0")):
        make.price(amount, service=service)
        Service.objects.filter(code=service).update(is_listed=True)


@pytest.fixture
def secret(member, make_key):
    return make_key(member, at=NOON - timedelta(days=1))


def asked(gateway, secret, service="ocr"):
    answer = gateway.post("/access", {"key": secret, "service": service})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_member_with_credits_may_call(gateway, member, secret):
    credits.granted(member, "10.5")
    assert asked(gateway, secret) == {
        "allowed": True, "code": "allowed", "clauses": [], "member": member.public_id, "prepaid": True,
        "available": "10.5", "currency": "KRW", "retry_at": None,
    }  # fmt: skip


def test_prepaid_member_without_credits_may_not(gateway, secret):
    answer = asked(gateway, secret)
    assert (answer["allowed"], answer["code"], answer["available"]) == (False, "insufficient_credits", "0")
    assert [clause["code"] for clause in answer["clauses"]] == ["upstage/15.3"]


def test_postpaid_member_needs_no_credits(gateway, member, secret):
    make.give_card(member, postpaid=True)
    answer = asked(gateway, secret)
    assert (answer["allowed"], answer["prepaid"]) == (True, False)


def test_a_members_own_hard_limit_stops_what_costs_until_the_month_is_over(gateway, member, secret):
    credits.granted(member, "1000")
    limited(member, hard="120")
    make.taken(make.event(member, quantity=9))
    assert asked(gateway, secret)["allowed"] is True
    make.unsettled(make.event(member, "e2", quantity=1))
    answer = asked(gateway, secret)
    assert (answer["code"], answer["clauses"]) == ("spending_limit", [])
    assert answer["retry_at"] == "2026-02-28T15:00:00Z"
    assert asked(gateway, secret, "playground")["allowed"] is True
    with clock.fixed(datetime(2026, 3, 1, tzinfo=KST)):
        assert asked(gateway, secret)["allowed"] is True


def test_what_is_held_counts_against_the_own_limit(gateway, member, secret):
    credits.granted(member, "1000")
    limited(member, hard="120")
    holds.place(member_id=member.pk, amount=Decimal(120), expires_at=NOON + timedelta(minutes=5), by=None, at=NOON)
    assert asked(gateway, secret)["code"] == "spending_limit"
    with clock.fixed(NOON + timedelta(minutes=5)):
        assert asked(gateway, secret)["allowed"] is True


def test_what_is_free_needs_no_credits(gateway, secret):
    assert asked(gateway, secret, "playground")["allowed"] is True


def test_expired_lot_counts_for_nothing_from_its_last_instant(gateway, member, secret):
    lot = credits.granted(member, "5", NOON.date())
    with clock.fixed(day_end(lot.expires_on) - timedelta(microseconds=1)):
        assert asked(gateway, secret)["allowed"] is True
    with clock.fixed(day_end(lot.expires_on)):
        assert asked(gateway, secret)["code"] == "insufficient_credits"


@pytest.mark.parametrize("service", ["translation", "OCR", "ocr' OR 1=1", "문서"])
def test_unknown_service(gateway, secret, service):
    assert asked(gateway, secret, service)["code"] == "unknown_service"


def test_service_off_the_list_is_not_offered(gateway, secret):
    Service.objects.filter(code="ocr").update(is_listed=False)
    assert asked(gateway, secret)["code"] == "unknown_service"


def test_service_without_price_in_the_members_currency(gateway, make_member, make_key):
    dollars = make_member(currency="USD")
    assert asked(gateway, make_key(dollars))["code"] == "no_price"


@pytest.mark.parametrize("status", ["applied", "held"])
def test_membership_has_to_be_active(gateway, member, secret, status):
    type(member).objects.filter(pk=member.pk).update(status=status)
    answer = asked(gateway, secret)
    assert (answer["code"], answer["clauses"][0]["code"]) == ("not_active", "upstage/3.1")


@pytest.mark.clause("upstage/26.1")
def test_restricted_member_reads_why_and_when_to_ask_again(gateway, member, secret):
    credits.granted(member, "5")
    restricted(member, RestrictionKind.SUSPENSION, at=NOON, ends_at=NOON + timedelta(days=3))
    answer = asked(gateway, secret)
    assert (answer["allowed"], answer["code"], answer["retry_at"]) == (False, "restricted", "2026-02-13T03:00:00Z")
    assert [clause["code"] for clause in answer["clauses"]] == ["upstage/26.1", "upstage/7.1.8"]
    with clock.fixed(NOON + timedelta(days=3)):
        assert asked(gateway, secret)["allowed"] is True


@pytest.mark.parametrize("key", ["x", "uc_live_x", make_secret(b"n" * 24, sandbox=False)])
def test_unknown_key_tells_nothing(gateway, key):
    answer = asked(gateway, key)
    assert (answer["allowed"], answer["code"]) == (False, "unknown_key")
    assert (answer["member"], answer["prepaid"], answer["available"], answer["currency"]) == (None,) * 4


def test_revoked_key_opens_nothing_at_once(gateway, member, secret, amy):
    credits.granted(member, "5")
    keys.revoke(member.api_keys.get().public_id, member_id=member.pk, by=amy, at=NOON)
    assert asked(gateway, secret)["code"] == "unknown_key"


def test_key_opens_until_it_expires(gateway, member, make_key):
    credits.granted(member, "5")
    secret = make_key(member, at=NOON, expires_at=NOON + timedelta(hours=1))
    assert asked(gateway, secret)["allowed"] is True
    with clock.fixed(NOON + timedelta(hours=1)):
        assert asked(gateway, secret)["code"] == "unknown_key"


def test_platform_key_is_no_members_key(gateway):
    assert asked(gateway, gateway.key)["code"] == "unknown_key"


def test_terms_in_force_have_to_be_agreed(gateway, member, secret):
    credits.granted(member, "5")
    document = Document.objects.create(code="api", title_ko="가", title_en="a", required_of="member", position=9)
    version = Version.objects.create(
        document=document, label="2026-02-11", effective_on="2026-02-11", published_at=NOON, sha256="0" * 64
    )
    assert asked(gateway, secret)["allowed"] is True
    with clock.fixed(NOON + timedelta(days=1)):
        assert asked(gateway, secret)["code"] == "terms_not_agreed"
        assert [one.pk for one in terms.missing_consents(member.pk, clock.now())] == [version.pk]
        Consent.objects.create(member=member, version=version, mode="explicit", at=NOON, sha256="0" * 64)
        assert asked(gateway, secret)["allowed"] is True
        assert terms.missing_consents(member.pk, clock.now()) == []


def test_balance_is_the_ledgers(member, secret):
    credits.granted(member, "5")
    credits.bought(member, "7")
    credits.burned(member, "1.25")
    found = access(secret, "ocr", at=NOON)
    assert found.available == credit_queries.balance(member.pk, NOON).total == Decimal("10.75")


def test_decision_and_the_callers_key_are_one_query(gateway, member, secret, django_assert_num_queries):
    credits.granted(member, "5")
    asked(gateway, secret)
    with django_assert_num_queries(1):
        asked(gateway, secret)
    with django_assert_num_queries(1):
        access(secret, "ocr", at=NOON)
    with django_assert_num_queries(1):
        asked(gateway, "uc_live_mistyped")


def test_repeat_with_a_key_gets_the_first_answer(gateway, member, secret):
    body = {"key": secret, "service": "ocr"}
    first = gateway.post("/access", body, repeat="a1").json()
    credits.granted(member, "5")
    again = gateway.post("/access", body, repeat="a1")
    assert (again.json(), again["Idempotency-Replayed"]) == (first, "true")
    assert gateway.post("/access", body).json()["allowed"] is True


def test_question_is_checked(gateway):
    assert wrong_fields(gateway.post("/access", {})) == {"key": "required", "service": "required"}
    assert wrong_fields(gateway.post("/access", {"key": "", "service": 5, "at": "now"})) == {"at": "unknown"}
    assert wrong_fields(gateway.post("/access", {"key": "", "service": "x" * 201})) == {
        "key": "blank",
        "service": "max_length",
    }
    assert wrong_fields(gateway.post("/access", {"key": ["a"], "service": None})) == {
        "key": "invalid",
        "service": "null",
    }


def test_only_the_platform_asks(own, gateway, anybody, secret, make_key):
    body = {"key": secret, "service": "ocr"}
    assert is_problem(own.post("/access", body), 403, "scope_missing")
    assert is_problem(gateway.with_key(make_key(None, ["usage:write"])).post("/access", body), 403, "scope_missing")
    assert is_problem(anybody.post("/access", body), 401, "not_authenticated")
    assert is_problem(gateway.get("/access"), 405, "method_not_allowed")
