"""What holds were placed for, in words: so much of a service's meter (registered at credits/queries/hold_names.py)."""

from collections.abc import Mapping, Sequence

from billing.models import HeldUse
from billing.rules.rating import DIRECT
from credits.queries import hold_names
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import Phrase


def held_uses(holds: Sequence[int]) -> Mapping[int, Phrase]:
    """By hold: `Solar LLM · 4,000 output tokens`; what was placed for an amount has no other name."""
    uses = HeldUse.objects.filter(hold__in=holds).exclude(meter__service__code=DIRECT)
    return {use.hold_id: _phrase(use) for use in uses.select_related("meter__service")}


def _phrase(use: HeldUse) -> Phrase:
    service, meter, quantity = use.meter.service, use.meter, grouped(use.quantity)
    return Phrase(f"{service.name_ko} · {meter.unit_ko} {quantity}", f"{service.name_en} · {quantity} {meter.unit_en}")


hold_names.register(held_uses)
