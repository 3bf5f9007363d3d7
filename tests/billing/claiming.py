"""Claims that were decided, for pages and addresses."""

from datetime import datetime
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Member, User
from billing.enums import Fault, HeadKind
from billing.models import Compensation, LiabilityClaim, MemberClaim
from billing.services import claims, compensating, liability, penalties
from billing.services.claims import Head, Story
from billing.services.compensating import Paid
from billing.services.liability import Incident
from billing.services.penalties import Conduct
from upstage_console.kernel.calendars import kst_date

STORY = Story("허락 없이 다른 사람에게 키를 넘겼습니다.", "A key was passed on to somebody else.")


def staff(name: str) -> User:
    """Somebody on the staff, made on first use."""
    user: User
    user, _made = User.objects.get_or_create(email=f"{name}@claims.example", defaults={"is_staff": True, "name": name})
    return user


def penalty(member: Member, at: datetime, *, base: str = "100000", factor: str = "2.5") -> MemberClaim:
    """A penalty that was approved, so it is invoiced."""
    conduct = Conduct(kst_date(at), Decimal(factor), base=Decimal(base), base_reason="as logged")
    row = penalties.propose(member.pk, conduct, STORY, reason="a finding", by=staff("amy"), at=at)
    return claims.approve(row.public_id, reason="right", by=staff("ben"), at=at)


def damages(member: Member, at: datetime) -> MemberClaim:
    """Damages that were approved, with a file that the member may open and one not."""
    heads = [Head(HeadKind.DAMAGE, "서버 복구", Decimal(700_000)), Head(HeadKind.LEGAL_FEES, "자문", Decimal(50_001))]
    row = claims.propose_damages(member.pk, heads, STORY, reason="a finding", by=staff("amy"), at=at)
    for name, is_shown in (("log", True), ("secret", False)):
        upload = SimpleUploadedFile(f"{name}.txt", name.encode())
        claims.add_evidence(row.public_id, upload, name=name, is_shown=is_shown, by=staff("amy"), at=at)
    return claims.approve(row.public_id, reason="right", by=staff("ben"), at=at)


def compensated(member: Member, at: datetime, *, amount: str = "90000") -> tuple[LiabilityClaim, Compensation]:
    """A claim against the company that was decided, and as far as it is payable paid."""
    heads = [
        liability.Head("데이터 손실", Decimal(amount)),
        liability.Head("영업 손실", Decimal(5000), is_excluded=True),
    ]
    incident = Incident(kst_date(at), Fault.ORDINARY, Story("장애가 있었습니다.", "There was an outage."))
    row = liability.propose(member.pk, incident, heads, reason="asked", by=staff("amy"), at=at)
    row = liability.approve(row.public_id, reason="right", by=staff("ben"), at=at)
    paid = Paid(row.payable, kst_date(at), "transfer 1")
    made = compensating.propose(row.public_id, paid, reason="sent", by=staff("amy"), at=at)
    return row, compensating.approve(made.public_id, reason="seen", by=staff("ben"), at=at)


def ids(member: Member, at: datetime) -> dict[str, object]:
    """One of each for a member, by the names that addresses use."""
    claim, (row, _paid) = damages(member, at), compensated(member, at)
    return {
        "claim_id": claim.public_id, "evidence_id": claim.evidence.earliest("pk").pk, "liability_id": row.public_id,
    }  # fmt: skip
