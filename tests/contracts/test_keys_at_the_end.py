"""Keys of a contract open nothing once its term is over, and the job closes them (rift/6.2, 15.1)."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ApiKey, User
from contracts.models import Contract
from contracts.queries.keys import opened_by
from contracts.services import contract_keys
from contracts.tasks import close_keys
from tests.accounts.leaving import morning
from tests.contracts import making, portal
from upstage_console.kernel import clock
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
LAST, OVER = morning(date(2028, 1, 24)), morning(date(2028, 1, 25))


@pytest.fixture
def contract(amy: User) -> Contract:
    return making.concluded(making.drafted(making.customer(making.NUMBERS[0])))


def key_of(contract: Contract, number: int = 0) -> tuple[ApiKey, str]:
    made, secret = portal.key(portal.seated(contract, f"admin{number}@customer.example"))
    return made.key, secret


@pytest.mark.clause("rift/15.1")
def test_a_key_opens_its_contract_to_the_end_of_the_last_day(contract: Contract, client: Client) -> None:
    key, secret = key_of(contract)
    assert (opened_by(key, at=LAST) is not None, opened_by(key, at=OVER)) == (True, None)
    for at, status in ((LAST, 200), (OVER, 401)):
        with clock.fixed(at):
            answer = client.get(reverse("api-contracts"), headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == status


def test_the_job_closes_them_once(contract: Contract) -> None:
    key, _secret = key_of(contract)
    with clock.fixed(LAST):
        close_keys()
    key.refresh_from_db()
    assert key.revoked_at is None
    with clock.fixed(OVER):
        close_keys()
        close_keys()
    key.refresh_from_db()
    event = AuditEvent.objects.get(action="key.revoked")
    assert (key.revoked_at, event.about, event.clauses) == (OVER, contract.customer.public_id, ["rift/15.1"])


def test_what_somebody_closed_before_stays_as_it_was(contract: Contract, amy: User) -> None:
    key, _secret = key_of(contract)
    contract_keys.revoke(contract.public_id, key.public_id, by=amy, at=LAST)
    assert contract_keys.close_over(at=OVER) == 0
    key.refresh_from_db()
    assert key.revoked_at == LAST


def test_three_take_as_many_statements_as_one(contract: Contract) -> None:
    numbers = []
    for count in (1, 3):
        for number in range(count):
            key_of(contract, number + 10 * count)
        with CaptureQueriesContext(connection) as queries:
            assert contract_keys.close_over(at=OVER) == count
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
