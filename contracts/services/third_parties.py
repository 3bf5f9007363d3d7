"""Third parties of a contract: listed with their terms, their changes told, no longer used (rift/5.3, 12)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services.notices import Text, compose
from contracts.enums import Side, ThirdPartyKind, ThirdPartyMatter
from contracts.models import Contract, ThirdParty, ThirdPartyChange
from contracts.services import drafting, letters
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotAllowed
from upstage_console.kernel.wording import Phrase, is_visible

CLAUSES: Final = ["rift/5.3", "rift/12.1"]
LINK: Final = "https://"


@dataclass(frozen=True)
class Provider:
    """What a third party provides, on which terms, and which side contracts with it and pays it."""

    kind: ThirdPartyKind
    name: str
    terms_title: str
    terms_url: str
    contracts_with: Side
    pays: Side


@enforces("rift/5.3", "rift/12.1", "rift/12.2")
@transaction.atomic
def add(contract_id: str, given: Provider, *, reason: str, by: Any, at: datetime) -> ThirdParty:
    """List a third party of a contract; the firm of a concluded one is told whose terms and prices apply besides.

    Refuses `not_found`, `not_allowed` for a contract that is over, `invalid` without a name or terms, or with a link
    that is none, and `already_done` for one that is listed.
    """
    contract = drafting.locked(contract_id)
    if contract.ended_at is not None:
        raise NotAllowed(clauses=CLAUSES)
    name, title, url = given.name.strip(), given.terms_title.strip(), given.terms_url.strip()
    if not (is_visible(name) and is_visible(title)) or url and not url.startswith(LINK):
        raise Invalid
    if contract.third_parties.filter(kind=given.kind, name=name, ended_at__isnull=True).exists():
        raise AlreadyDone(clauses=CLAUSES)
    row: ThirdParty = ThirdParty.objects.create(
        customer_id=contract.customer_id, contract=contract, kind=given.kind, name=name, terms_title=title,
        terms_url=url, contracts_with=given.contracts_with, pays=given.pays, added_by=audit.actor(by), added_at=at,
    )  # fmt: skip
    _record("third_party.listed", row, reason, by, at)
    if contract.concluded_at is not None:
        _tell(contract, _listed(row), f"third_party:{row.public_id}", at)
    return row


@enforces("rift/12.1")
@transaction.atomic
def change(
    third_party_id: str, matter: ThirdPartyMatter, what: Phrase, *, effective_on: date, reason: str, by: Any,
    at: datetime,
) -> ThirdPartyChange:  # fmt: skip
    """Write down that a third party changes its price or terms; the firm is told at once.

    Refuses `not_found`, `invalid` without words in both languages, `already_done` for one that is no longer used.
    """
    row = _used(third_party_id)
    if not (is_visible(what.ko) and is_visible(what.en)):
        raise Invalid
    made: ThirdPartyChange = ThirdPartyChange.objects.create(
        customer_id=row.customer_id, third_party=row, matter=matter, what_ko=what.ko, what_en=what.en,
        effective_on=effective_on, recorded_by=audit.actor(by), recorded_at=at,
    )  # fmt: skip
    _record("third_party.changed", row, reason, by, at, matter=matter, effective_on=effective_on)
    _tell(row.contract, _changed(made), f"third_party:{row.public_id}:{made.pk}", at)
    return made


@enforces("rift/5.3")
@transaction.atomic
def end(third_party_id: str, *, reason: str, by: Any, at: datetime) -> ThirdParty:
    """A contract's service no longer rests on a third party; it stays listed as past.

    Refuses `not_found`, `already_done`, and `invalid` without a reason.
    """
    row = _used(third_party_id)
    if not is_visible(reason):
        raise Invalid
    row.ended_at, row.end_reason = at, reason[:500]
    row.save(update_fields=["ended_at", "end_reason"])
    _record("third_party.ended", row, reason, by, at)
    return row


def _used(third_party_id: str) -> ThirdParty:
    found: ThirdParty = ThirdParty.objects.select_related("contract").get_public(third_party_id)
    drafting.locked(found.contract.public_id)
    row: ThirdParty = ThirdParty.objects.select_related("contract__customer").locked().get_public(third_party_id)
    if row.ended_at is not None:
        raise AlreadyDone(clauses=CLAUSES)
    return row


def _listed(row: ThirdParty) -> Text:
    return compose(
        _("“%(contract)s” uses %(name)s"),
        _("What it provides: %(kind)s. Its terms apply besides: %(terms)s %(url)s Who contracts with it: %(by)s. Who "
          "pays it: %(pays)s. Where its terms or prices change, you are told."),
        contract=row.contract.title, name=row.name, kind=ThirdPartyKind(row.kind).label, terms=row.terms_title,
        url=row.terms_url, by=Side(row.contracts_with).label, pays=Side(row.pays).label,
    )  # fmt: skip


HEADINGS: Final = {
    ThirdPartyMatter.PRICE: _("%(name)s changes its price on %(on)s"),
    ThirdPartyMatter.TERMS: _("%(name)s changes its terms on %(on)s"),
}


def _changed(row: ThirdPartyChange) -> Text:
    return compose(
        HEADINGS[ThirdPartyMatter(row.matter)], _("%(what)s\n\nIt touches “%(contract)s” (12.1)."),
        name=row.third_party.name, on=row.effective_on, what=Phrase(row.what_ko, row.what_en),
        contract=row.third_party.contract.title,
    )  # fmt: skip


def _tell(contract: Contract, text: Text, key: str, at: datetime) -> None:
    letters.tell([letters.Letter(contract.customer_id, contract.pk, "third_party", text, key, CLAUSES)], at=at)


def _record(action: str, row: ThirdParty, reason: str, by: Any, at: datetime, **facts: Any) -> None:
    audit.record(action, row.contract, by=by, at=at, about=row.contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"name": row.name, **facts})  # fmt: skip
