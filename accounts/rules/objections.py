"""How the last day to object is told: counted from the notice, with its arithmetic (upstage/3.4, 11.2, 26.4)."""

from datetime import date

from accounts.enums import SanctionKind
from upstage_console.kernel.calendars import period_end
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.wording import day

CLAUSES = {SanctionKind.STOP: "upstage/11.2", SanctionKind.LOSS: "upstage/3.4"}


def clause_of(kind: str) -> str:
    """The clause that lets a member object to this kind of measure."""
    return CLAUSES.get(SanctionKind(kind), "upstage/26.4")


@enforces("upstage/3.4", "upstage/26.4")
def explain_last_day(
    received_on: date, until: date, *, clause: str, days: int | None = None, months: int | None = None
) -> Reason:
    """The sentence that shows how the last day was counted; `until` is the day extended over days of rest (I-2)."""
    end = period_end(received_on, days=days, months=months)
    length_ko, length_en = (f"{days}일", f"{days} days") if days is not None else (f"{months}개월", f"{months} months")
    ko = f"통지를 받은 {day(received_on, 'ko')}은 빼고 {length_ko}을 세면 {day(end, 'ko')}까지입니다."
    en = f"{length_en} from the notice of {day(received_on, 'en')}, that day left out: to {day(end, 'en')}."
    if until != end:
        ko += f" 쉬는 날이므로 다음 영업일인 {day(until, 'ko')} 24:00까지입니다."
        en += f" That is a day of rest, so it is the next business day, {day(until, 'en')}, to its end."
    facts = {"received_on": received_on, "days": days, "months": months, "ends_on": end, "until": until}
    return Reason((clause,), ko, en, facts)
