"""What upper apps know and a balance has to count: registered here by them, so that the arrows keep pointing down.

Each claim is one SQL expression over a member, the same in pages, in the API, in the gate's one statement and wherever
a charge or a hold is refused. An app registers when its `queries` are imported.
"""

from decimal import Decimal
from typing import Final, Literal

from django.db import connection

Claim = Literal["unsettled", "debt"]

NONE: Final = "0::numeric"
CLAIMED: Final[dict[Claim, str]] = {"unsettled": NONE, "debt": NONE}


def register(claim: Claim, expression: str) -> None:
    """Register what a claim comes to, as an SQL expression with a place `{member}` for the member's number.

    `unsettled`: rated use that has not been burned yet. `debt`: what charges left owing and no invoice names yet.
    """
    CLAIMED[claim] = f"({expression})"


def expression(claim: Claim, member: str) -> str:
    """What a claim of this member (an SQL expression) comes to, for a statement of one's own."""
    return CLAIMED[claim].format(member=member)


def amount(claim: Claim, member_id: int) -> Decimal:
    """What a claim of this member comes to now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression(claim, '%s')}", [member_id])
        return Decimal(cursor.fetchone()[0])
