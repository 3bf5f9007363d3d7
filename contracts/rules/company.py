"""Who the company is in contracts with firms (rift/21)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Company:
    """A company as documents name it."""

    name: str
    name_en: str
    representative: str
    address: str
    phone: str
    email: str


RIFT: Final = Company(
    name="리프트(주)", name_en="Rift", representative="안병준", address="경기도 용인시 기흥구 기흥로 58-1, 1811호",
    phone="070-4022-3109", email="rift@rift.im",
)  # fmt: skip
"""rift/21"""
