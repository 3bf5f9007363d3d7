"""Changes and stops of functions: told a reasonable time before, or with their urgency (rift/16.1)."""

from datetime import date
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from contracts.enums import FunctionChangeKind
from contracts.models import Contract, CustomerNotice, FunctionChange
from contracts.services import announcing
from contracts.services.announcing import Change
from tests.admin.conftest import desk_of
from tests.admin.verbs import everything, page_of, preview, use, verb_of
from tests.contracts import making
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.wording import Phrase

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract() -> Contract:
    return making.concluded()


def change(on: date = date(2027, 2, 18), **more: Any) -> Change:
    given: dict[str, Any] = {
        "kind": FunctionChangeKind.STOPPED, "function": Phrase("녹취 검색", "Search of recordings"),
        "what": Phrase("통화 목록을 쓰세요.", "Please use the list of calls."), "effective_on": on, **more,
    }  # fmt: skip
    return Change(**given)


def announced(given: Change, *keys: int) -> FunctionChange:
    return announcing.announce(given, keys, reason="few use it", by=making.staff("amy"), at=making.NOON)


@pytest.mark.clause("rift/16.1")
def test_customers_are_told_thirty_clear_days_before(contract: Contract) -> None:
    row = announced(change())
    assert (row.told, row.contracts.get().contract) == (1, contract)
    letter = CustomerNotice.objects.get(about="function_change")
    assert (letter.clauses, letter.customer) == (["rift/16.1"], contract.customer)
    assert "Search of recordings" in letter.subject_en
    assert contract.title in letter.body_en


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (change(date(2027, 2, 17)), "announced_too_late"),
        (change(date(2027, 1, 17), urgency="a hole"), "invalid_dates"),
        (change(function=Phrase("", "Search")), "invalid"),
    ],
)
@pytest.mark.clause("rift/16.1")
def test_what_is_refused_leaves_nothing_behind(contract: Contract, given: Change, code: str) -> None:
    before = everything()
    with pytest.raises(Refusal) as refused:
        announced(given)
    assert (refused.value.code, everything()) == (code, before)


@pytest.mark.clause("rift/16.1")
def test_what_is_urgent_says_why_and_what_is_added_needs_no_time(contract: Contract) -> None:
    assert announced(change(date(2027, 1, 19), urgency="a hole")).urgency == "a hole"
    assert announced(change(date(2027, 1, 18), kind=FunctionChangeKind.ADDED)).told == 1


def test_only_running_contracts_that_are_named_are_told(contract: Contract) -> None:
    making.concluded(making.drafted(making.customer(making.NUMBERS[1])))
    draft = making.drafted(making.customer(making.NUMBERS[2]))
    assert announced(change(), contract.pk, draft.pk).told == 1
    assert announced(change()).told == 2
    with pytest.raises(Refusal) as refused:
        announced(change(), draft.pk)
    assert refused.value.code == "nobody_to_tell"


def test_it_is_called_off_once_before_its_day(contract: Contract) -> None:
    row, amy = announced(change()), making.staff("amy")
    announcing.call_off(row.public_id, reason="it stays", by=amy, at=making.NOON)
    assert CustomerNotice.objects.filter(about="function_change").count() == 2
    with pytest.raises(Refusal) as refused:
        announcing.call_off(row.public_id, reason="again", by=amy, at=making.NOON)
    assert refused.value.code == "already_done"


def test_what_was_told_stays(contract: Contract) -> None:
    row = announced(change())
    with pytest.raises(Error), transaction.atomic():
        FunctionChange.objects.update(effective_on=date(2027, 3, 1))
    with pytest.raises(Error), transaction.atomic():
        FunctionChange.objects.filter(pk=row.pk).delete()


def test_at_the_desk(contract: Contract) -> None:
    given = {
        "kind": "stopped", "function_ko": "녹취 검색", "function_en": "Search", "what_ko": "목록", "what_en": "List",
        "effective_on": "2027-02-18", "urgency": "",
    }  # fmt: skip
    office: Client = desk_of(making.staff("amy"))
    with clock.fixed(making.NOON):
        url = reverse("admin:contracts_functionchange_do_on_list", args=["announce"])
        late = preview(office, url, **given | {"effective_on": "2027-02-17"})
        assert late.context["refused"].code == "announced_too_late"
        use(office, url, **given)
        row = FunctionChange.objects.get()
        pages = [page_of(row), page_of(contract), reverse("admin:contracts_functionchange_changelist")]
        assert [office.get(page).status_code for page in pages] == [200, 200, 200]
        use(office, verb_of(row, "call-off"))
    row.refresh_from_db()
    assert row.call_off_reason == "asked for"
