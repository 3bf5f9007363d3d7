"""A batch that is read at once is what its events are one by one; one odd event, and nothing is read at once."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from billing.rules import columns, events
from billing.rules.columns import Columns
from billing.rules.events import Window
from tests.billing import make
from tests.billing.test_usage import BAD

WINDOW = Window.around(make.NOON, events.LATE_LIMIT)
KIM = SimpleNamespace(public_id="mem_" + "1" * 32)


def event(id="e1", **changes):
    return make.event(KIM, id) | changes


def one_by_one(batch) -> Columns:
    return columns.columns_of([events.read(one, WINDOW) for one in batch])


def plain(read):
    """As lists, so that a tuple is no difference; numbers by their value."""
    assert read is not None
    told = read._replace(quantities=[Decimal(number) for number in read.quantities])
    return [field and list(field) for field in told]


SOUND = {
    "one": [event()],
    "some": [event(), event("e2", quantity="1.5"), event("e3", quantity=Decimal("0.25")), event("e4", quantity=7)],
    "the same number in other words": [event(quantity=1), event(quantity="1"), event(quantity=Decimal("1.0"))],
    "other instants": [event(at="2026-02-10T03:00:00Z"), event(at="2026-02-10T12:00:00+09:00")],
    "a key beside the member": [event(key="key_" + "2" * 32), event("e2", key="uc_live_secret")],
    "a key alone": [event(member=None, key="uc_live_secret")] * 2,
    "no key": [event(key=None, dimensions=None)] * 2,
    "words": [event(dimensions={"region": "한"}), event("e2", dimensions={}), event("e3", dimensions=None)],
    "odd names": [event(member="nobody", service="x y", meter="한")],
}


@pytest.mark.parametrize("batch", SOUND.values(), ids=SOUND)
def test_sound_batch_is_read_at_once(batch):
    assert plain(columns.read(batch, WINDOW)) == plain(one_by_one(batch))


OWN = ("unknown_member", "unknown_key", "unknown_service", "unknown_meter")
"""What only the database knows."""


@pytest.mark.parametrize("changes", [one for code, many in BAD.items() if code not in OWN for one in many])
def test_one_odd_event_and_nothing_is_read_at_once(changes):
    assert columns.read([event(), event("e2") | changes], WINDOW) is None
    assert columns.read([event() | changes], WINDOW) is None


@pytest.mark.parametrize(
    "batch",
    [[], ["text"], [event(), None], [event(), event("e2", key="k")], [event(member=None)], [event(service=["a"])],
     [event(quantity=True), event(quantity=1)], [{**event(), "member": 5}], [event(at=make.NOON)]],
)  # fmt: skip
def test_batches_that_are_not_read_at_once(batch):
    assert columns.read(batch, WINDOW) is None
