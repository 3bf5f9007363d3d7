"""A price has bounds, whoever types it."""

import pytest
from django.core.management import call_command

from tests.billing import make
from upstage_console.kernel.errors import InvalidAmount

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/17.1")]


@pytest.mark.parametrize(("amount", "per"), [("1", 0), ("1", 10**9 + 1), ("1", 10**22), ("-1", 1), ("100000001", 1)])
def test_price_out_of_bounds_is_refused(amount, per):
    call_command("load_catalogue", verbosity=0)
    with pytest.raises(InvalidAmount):
        make.price(amount, per=per)
