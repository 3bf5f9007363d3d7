"""Causes of damage that the terms leave out, short of intent and gross negligence (upstage/24.1, 24.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from billing.enums import DamageCause
from upstage_console.kernel.wording import Phrase


@dataclass(frozen=True)
class Exclusion:
    """What is left out, and the clause that says so."""

    clause: str
    what: Phrase


EXCLUSIONS: Final[Mapping[str, Exclusion]] = {
    DamageCause.FORCE_MAJEURE: Exclusion("upstage/24.1.1", Phrase("천재지변 등 불가항력", "force majeure")),
    DamageCause.MEMBER: Exclusion("upstage/24.1.2", Phrase("회원의 귀책사유", "something the member is to blame for")),
    DamageCause.INTRUSION: Exclusion(
        "upstage/24.1.3", Phrase("제3자의 불법 접속", "an unlawful access by a third party")
    ),
    DamageCause.TRANSMISSION: Exclusion(
        "upstage/24.1.4", Phrase("제3자의 전송 방해", "a transmission that a third party disturbed")
    ),
    DamageCause.MALWARE: Exclusion("upstage/24.1.5", Phrase("제3자의 악성 프로그램", "malware of a third party")),
    DamageCause.DATA: Exclusion("upstage/24.1.6", Phrase("전송된 데이터의 누락·파괴", "data lost in transmission")),
    DamageCause.THIRD_PARTY: Exclusion(
        "upstage/24.1.7", Phrase("제3자가 이용하는 과정에서 생긴 손해", "the use of the service by a third party")
    ),
    DamageCause.NO_FAULT: Exclusion(
        "upstage/24.1.8", Phrase("회사에 고의·과실이 없는 사유", "something the company is not to blame for")
    ),
    DamageCause.ACCOUNT: Exclusion(
        "upstage/24.3", Phrase("계정 정보의 관리 부주의", "an account that was not kept safe")
    ),
}
"""24.1.8 stands for what the company is not to blame for: for negligence 24.5 has a cap, which says that it answers."""
