"""Third parties of a contract: listed with their terms, their changes told, named by outages (rift/5.3, 12)."""

from datetime import date
from typing import Any

import pytest
from django.db import Error, transaction
from django.urls import reverse

from contracts.enums import OutageCause, Side, ThirdPartyKind, ThirdPartyMatter
from contracts.models import Contract, CustomerNotice, Outage, ThirdParty, ThirdPartyChange
from contracts.rules.spans import Span
from contracts.services import outages, third_parties
from contracts.services.outages import Stood
from contracts.services.third_parties import Provider
from tests.admin.conftest import desk_of
from tests.admin.verbs import everything, page_of, use, verb_of
from tests.contracts import making, promising
from tests.contracts.minutes import kst
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.wording import Phrase

pytestmark = pytest.mark.django_db
AT = kst("2027-04-05 09:00")
DEARER = Phrase("건당 9원이 됩니다.", "₩9 a message from then on.")


@pytest.fixture
def contract() -> Contract:
    return promising.monitored(making.staff("amy"))


def provider(**more: Any) -> Provider:
    given: dict[str, Any] = {
        "kind": ThirdPartyKind.MESSAGES, "name": "한빛 메시지", "terms_title": "이용약관 2027-01",
        "terms_url": "https://messages.example/terms", "contracts_with": Side.CUSTOMER, "pays": Side.CUSTOMER, **more,
    }  # fmt: skip
    return Provider(**given)


def listed(contract: Contract, **more: Any) -> ThirdParty:
    return third_parties.add(contract.public_id, provider(**more), reason="", by=making.staff("amy"), at=AT)


@pytest.mark.clause("rift/5.3")
@pytest.mark.clause("rift/12.1")
def test_the_firm_is_told_whose_terms_apply(contract: Contract) -> None:
    row = listed(contract)
    letter = CustomerNotice.objects.get(key=f"third_party:{row.public_id}")
    assert letter.clauses == ["rift/5.3", "rift/12.1"]
    assert "이용약관 2027-01 https://messages.example/terms" in letter.body_ko


def test_before_the_conclusion_nobody_is_told() -> None:
    listed(making.drafted())
    assert not CustomerNotice.objects.filter(about="third_party").exists()


def test_what_is_refused_leaves_nothing_behind(contract: Contract) -> None:
    listed(contract)
    before = everything()
    for more, code in (({}, "already_done"), ({"terms_title": ""}, "invalid"), ({"terms_url": "ftp://x"}, "invalid")):
        with pytest.raises(Refusal) as refused:
            listed(contract, **more)
        assert (refused.value.code, everything()) == (code, before)


@pytest.mark.clause("rift/12.1")
def test_a_change_of_its_price_is_told_until_it_is_no_longer_used(contract: Contract) -> None:
    row, amy = listed(contract), making.staff("amy")
    said: dict[str, Any] = {"effective_on": date(2027, 6, 1), "reason": "their letter", "by": amy, "at": AT}
    made = third_parties.change(row.public_id, ThirdPartyMatter.PRICE, DEARER, **said)
    letter = CustomerNotice.objects.get(key=f"third_party:{row.public_id}:{made.pk}")
    assert "₩9" in letter.body_en
    third_parties.end(row.public_id, reason="another one is used", by=amy, at=AT)
    with pytest.raises(Refusal) as refused:
        third_parties.change(row.public_id, ThirdPartyMatter.PRICE, DEARER, **said)
    assert (refused.value.code, ThirdPartyChange.objects.count()) == ("already_done", 1)


@pytest.mark.clause("rift/12.2")
def test_an_outage_names_the_contract_s_own_third_party(contract: Contract) -> None:
    row, amy = listed(contract), making.staff("amy")
    other = listed(promising.contract(amy))
    span, at = Span(kst("2027-04-09 09:00"), kst("2027-04-09 10:00")), kst("2027-04-09 11:00")

    def stood(cause: OutageCause, party: ThirdParty) -> Outage:
        given = Stood(span, cause, "발송", "their status page", third_party=party)
        return outages.record(contract.public_id, given, by=amy, at=at)

    assert stood(OutageCause.THIRD_PARTY, row).third_party == row
    for cause, party in ((OutageCause.UNPLANNED, row), (OutageCause.THIRD_PARTY, other)):
        with pytest.raises(Refusal) as refused:
            stood(cause, party)
        assert refused.value.code == "invalid"


def test_what_was_listed_stays(contract: Contract) -> None:
    row = listed(contract)
    with pytest.raises(Error), transaction.atomic():
        ThirdParty.objects.update(pays="company")
    with pytest.raises(Error), transaction.atomic():
        ThirdParty.objects.filter(pk=row.pk).delete()


def test_at_the_desk(contract: Contract) -> None:
    office = desk_of(making.staff("amy"))
    given = {"kind": "cloud", "name": "구름", "terms_title": "약관", "terms_url": "", "contracts_with": "company",
             "pays": "company"}  # fmt: skip
    with clock.fixed(kst("2027-04-10 09:00")):
        use(office, verb_of(contract, "list-third-party"), **given)
        row = ThirdParty.objects.get()
        use(office, verb_of(row, "tell-change"), matter="terms", what_ko="가", what_en="a", effective_on="2027-06-01")
        use(
            office, verb_of(contract, "record-outage"), starts_at="2027-04-09T09:00", ends_at="2027-04-09T10:00",
            cause="third_party", third_party=row.pk, what="", evidence="status page",
        )  # fmt: skip
        pages = [page_of(row), page_of(contract), page_of(Outage.objects.get()),
                 reverse("admin:contracts_thirdparty_changelist")]  # fmt: skip
        assert [office.get(page).status_code for page in pages] == [200] * 4
        use(office, verb_of(row, "end"))
    row.refresh_from_db()
    assert (row.end_reason, Outage.objects.get().third_party) == ("asked for", row)
