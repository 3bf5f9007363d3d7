"""Who may become a member (upstage/3.1, 3.3, 9.1)."""

from datetime import date

from upstage_console.kernel.calendars import age_on
from upstage_console.kernel.clauses import enforces

LEAST_AGE = 14
"""upstage/3.3.3"""

GROUNDS_OF_REFUSAL = range(1, 7)
"""The items of upstage/3.3."""

ASKABLE = {"individual": ("phone", "born_on"), "firm": ("phone", "business_number")}
"""What a member can be asked to give later, by kind (upstage/6.1); name and e-mail address nobody is without."""

BUSINESS_NUMBER_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


@enforces("upstage/3.3.3")
def is_old_enough(born: date, on: date) -> bool:
    """Whether somebody born on `born` may apply on `on`: who turns 14 that day may."""
    return age_on(born, on) >= LEAST_AGE


@enforces("upstage/3.3.2", "upstage/9.1")
def is_business_number(number: str) -> bool:
    """Whether the ten digits (hyphens allowed) end in the right check digit.

    Nine weighted digits and the tens of the last product are summed; the tenth digit fills up to the next ten.
    """
    digits = [int(character) for character in number if character.isdigit()]
    if len(digits) != 10 or number.strip("0123456789-"):
        return False
    weighted = sum(digit * weight for digit, weight in zip(digits, BUSINESS_NUMBER_WEIGHTS, strict=False))
    return (10 - (weighted + digits[8] * 5 // 10) % 10) % 10 == digits[9]


@enforces("upstage/3.3.2", "upstage/6.1")
def missing_information(*, email: str, name: str, kind: str, country: str, born: date | None, number: str) -> list[str]:
    """The names of the mandatory facts that an application lacks, in the order they are asked."""
    asked = {"email": bool(email.strip()), "name": bool(name.strip())}
    if kind == "individual":
        asked["born_on"] = born is not None
    elif country == "KR":
        asked["business_number"] = bool(number.strip())
    return [fact for fact, given in asked.items() if not given]
