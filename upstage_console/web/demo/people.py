"""Who lives in the demo console: invented people and firms."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

PASSWORD = "demo-console-2026"  # noqa: S105 - printed at the start, and refused outside of development

SECOND_FACTOR = "DEMOCONSOLEONLY23DEMOCONSOLEONLY"
"""The key of the demo staff's app, in base32: as well known as the password. `make code` shows its digits."""


@dataclass(frozen=True)
class Person:
    """A demo member: what they said when they joined, how they pay, what they use."""

    email: str
    name: str
    kind: str = "individual"
    country: str = "KR"
    language: str = "ko"
    born_on: date | None = date(1991, 4, 12)
    business_number: str = ""
    card: str = "ok"
    postpaid: bool = False
    buys: Decimal = Decimal(0)
    welcome: Decimal = Decimal(0)
    busy: int = 0
    """How many calls on an ordinary day."""
    services: tuple[str, ...] = ("solar",)

    @property
    def currency(self) -> str:
        """What they pay in."""
        return "KRW" if self.country == "KR" else "USD"


STAFF = (("admin@demo.example", "관리자 아라"), ("checker@demo.example", "검토자 보람"))

MAIN = Person(
    "kim@demo.example", "김하늘", buys=Decimal(100_000), welcome=Decimal(70_000), busy=9,
    services=("solar", "document-parse", "ocr"),
)  # fmt: skip
FIRM = Person(
    "sea@demo.example", "주식회사 바다데이터연구소", kind="firm", born_on=None, business_number="124-81-00998",
    postpaid=True, welcome=Decimal(5_000), busy=14, services=("document-parse", "key-information-extraction", "solar"),
)  # fmt: skip
ABROAD = Person(
    "emma@demo.example", "Emma Whitfield", country="US", language="en", buys=Decimal(120), welcome=Decimal(10), busy=6,
    services=("solar", "ocr"),
)  # fmt: skip
UNPAID = Person(
    "lee@demo.example", "이서준", card="declined", postpaid=True, busy=5, services=("key-information-extraction",)
)
NEW = Person("new@demo.example", "남궁새봄", card="", born_on=date(2004, 2, 29))

WAITING = (
    Person("waiting1@demo.example", "제갈하람", born_on=date(1998, 11, 3)),
    Person(
        "waiting2@demo.example", "(주)온누리스마트물류솔루션", kind="firm", born_on=None, business_number="214-81-03454"
    ),
)

FAMILY_NAMES = ("김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "서", "신", "황보", "남궁", "제갈")
GIVEN_NAMES = ("가온", "나래", "다온", "라온", "마루", "보람", "소라", "하람", "도윤", "서연", "지호", "하은", "유준")
FIRMS = (
    ("한빛문서", "605-81-23016"), ("가람물류", "605-81-23020"), ("도담보험중개", "605-81-23035"),
    ("누리병원정보", "605-81-23049"), ("온새미로법률사무소", "605-81-23054"),
    ("늘푸른세무회계컨설팅그룹", "605-81-23068"),
)  # fmt: skip


def neighbours() -> list[Person]:
    """Two dozen members of everyday size, so that lists look like lists."""
    people = [
        Person(
            f"member{number:02}@demo.example",
            FAMILY_NAMES[number % len(FAMILY_NAMES)] + GIVEN_NAMES[number * 7 % len(GIVEN_NAMES)],
            buys=Decimal(10_000 * (1 + number % 4)),
            welcome=Decimal(1_000) if number % 3 == 0 else Decimal(0),
            busy=number % 3,
            services=("solar", "ocr") if number % 2 else ("document-parse",),
        )
        for number in range(18)
    ]
    firms = [
        Person(
            f"firm{number}@demo.example",
            f"{name}(주)",
            kind="firm",
            born_on=None,
            business_number=business_number,
            postpaid=True,
            busy=2 + number % 2,
            services=("document-parse", "key-information-extraction"),
        )  # fmt: skip
        for number, (name, business_number) in enumerate(FIRMS)
    ]
    return people + firms


def everybody() -> list[Person]:
    """All demo members."""
    return [MAIN, FIRM, ABROAD, UNPAID, NEW, *neighbours()]
