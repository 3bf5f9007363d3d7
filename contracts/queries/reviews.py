"""What reviews are about: how they stand, the exposure, the other customers."""

from collections.abc import Sequence

from contracts.enums import FeeKind, ReviewStatus
from contracts.models import Contract, Customer
from contracts.queries.exposure import exposure_of
from contracts.rules import reviews as rules
from contracts.rules.credit import Exposure
from contracts.rules.fees import MONTHS_OF_A_YEAR, Fee, months_begun, yearly_value
from contracts.rules.reviews import Hit, Party


def statuses_of(contract: Contract) -> dict[str, str]:
    """The reviews that count, by kind."""
    return dict(contract.reviews.exclude(status=ReviewStatus.LAPSED).values_list("kind", "status"))


def exposure_with(contract: Contract) -> Exposure:
    """The customer's exposure with this contract."""
    months = MONTHS_OF_A_YEAR
    if contract.starts_on and contract.ends_on:
        months = months_begun(contract.starts_on, contract.ends_on)
    elif contract.months:
        months = contract.months
    fees = [Fee(FeeKind(fee.kind), fee.amount, fee.included) for fee in contract.fees.all()]
    return exposure_of(contract.customer, yearly_value=yearly_value(fees, months=months))


def conflicts_with(customer: Customer, *, words: Sequence[str] = ()) -> list[Hit]:
    """The other customers that meet this one, or a search word, in something: a fixed number of statements."""
    everybody = Customer.objects.select_related("firm").prefetch_related("contacts").order_by("pk")
    parties = {one.pk: _party(one) for one in everybody}
    return rules.conflicts(parties[customer.pk], list(parties.values()), words=words)


def _party(customer: Customer) -> Party:
    firm = customer.firm
    domains = frozenset(one.email.rpartition("@")[2] for one in customer.contacts.all())
    return Party(customer.public_id, firm.name, firm.representative, firm.address, firm.business_item, domains)
