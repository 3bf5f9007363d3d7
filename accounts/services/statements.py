"""Writing the statement of reasons, and telling the member the whole of it (upstage/11.2, 26.3, 3.4)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from accounts.enums import SanctionKind, Source
from accounts.errors import StatementIncomplete
from accounts.models import Sanction, Statement
from accounts.queries import clause
from accounts.rules import sanctions as rules
from accounts.rules import statements as wording
from accounts.services.notices import Text
from upstage_console.kernel import policy
from upstage_console.kernel.calendars import kst_date, last_day
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.wording import Phrase

policy.reading(
    "objection_months",
    6,
    clause="upstage/26.4",
    why_ko="제26조 제4항과 제11조 제2항에는 이의신청 기한이 없습니다. 회원에게 유리하게 통지를 받은 뒤 6개월로 합니다.",
    why_en="26.4 and 11.2 name no limit. In the member's favour it is six months from receipt of the notice.",
    valid=lambda value: type(value) is int and 1 <= value <= 60,
)
policy.reading(
    "objection_decision_days",
    7,
    clause="upstage/26.4",
    why_ko="이의신청을 결정하는 기한이 약관에 없어, 요금 이의신청(제20조 제3항)과 같은 7영업일로 합니다.",
    why_en="The terms name no time for deciding an objection; it is 7 business days, as for objections to fees (20.3).",
    valid=lambda value: type(value) is int and 1 <= value <= 60,
)

SOURCES = {
    Source.OWN: Phrase("회사가 직접 확인했습니다.", "We found this ourselves."),
    Source.REPORT: Phrase("신고를 받아 확인했습니다.", "Somebody reported it, and we checked it."),
    Source.TRUSTED: Phrase("공신력 있는 기관의 신고로 확인했습니다.", "A trusted body reported it; we checked it."),
    Source.AUTHORITY: Phrase("관계 기관의 요청에 따라 확인했습니다.", "An authority asked us to act; we checked it."),
}


@dataclass(frozen=True)
class Finding:
    """What was found and how: the facts relied on, with dates and identifiers, in both languages."""

    facts_ko: str
    facts_en: str
    source: str = Source.OWN
    found_automatically: bool = False
    is_unlawful: bool = False

    def as_json(self) -> dict[str, Any]:
        """What waits with a proposed measure until a second person approves it."""
        return {name: str(value) if isinstance(value, str) else value for name, value in asdict(self).items()}


def require_complete(kind: str, *, ground: str, days: int | None, finding: Finding) -> None:
    """Refuse `statement_incomplete` with the names of what is missing; without a statement there is no measure."""
    missing = wording.missing_from(
        kind, ground=ground, days=days, facts_ko=finding.facts_ko, facts_en=finding.facts_en, source=finding.source
    )
    if missing:
        clauses = ["upstage/11.2"] if kind == SanctionKind.STOP else None
        raise StatementIncomplete(facts={"missing": ", ".join(missing)}, clauses=clauses)


def objection_until(kind: str, received_on: date, *, at: datetime) -> date:
    """The last day to object to a measure whose notice was received on this day; for a loss, to make the statement."""
    calendar = Holiday.objects.calendar()
    if kind == SanctionKind.LOSS:
        return rules.last_day_for_statement(received_on, calendar)
    return rules.last_day_to_object(received_on, months=policy.value("objection_months", at=at), calendar=calendar)


def write(sanction: Sanction, finding: Finding, *, at: datetime) -> Statement:
    """Write the statement of a measure that takes effect now, in the caller's transaction; it never changes.

    `sanction` carries its kind, ground, time and `object_until`. Refuses `statement_incomplete`.
    """
    require_transaction()
    kind = SanctionKind(sanction.kind)
    require_complete(kind, ground=sanction.ground, days=sanction.days, finding=finding)
    ends_on = last_day(sanction.ends_at) if sanction.ends_at else None
    measure = wording.measure(kind, ground=sanction.ground, starts_on=kst_date(sanction.starts_at), ends_on=ends_on)
    scope, redress = wording.scope(kind), _redress(sanction, at)
    return Statement.objects.create(
        sanction=sanction,
        facts_ko=finding.facts_ko.strip(),
        facts_en=finding.facts_en.strip(),
        measure_ko=measure.ko,
        measure_en=measure.en,
        scope_ko=scope.ko,
        scope_en=scope.en,
        redress_ko=redress.ko,
        redress_en=redress.en,
        source=finding.source,
        found_automatically=finding.found_automatically,
        decided_automatically=False,
        is_unlawful=finding.is_unlawful,
        at=at,
    )


def _redress(sanction: Sanction, at: datetime) -> Phrase:
    until = sanction.object_until or objection_until(sanction.kind, kst_date(at), at=at)
    days = policy.value("objection_decision_days", at=at)
    return wording.redress(SanctionKind(sanction.kind), until=until, decided_within=days)


def letter(statement: Statement, *, at: datetime) -> Text:
    """The notice that carries the whole statement of reasons, in both languages."""
    sanction = statement.sanction
    name = wording.NAMES[SanctionKind(sanction.kind)]
    return Text(
        subject_ko=f"{name.ko} 안내",
        subject_en=f"Notice of a {name.en}",
        body_ko=_body(statement, "ko", at),
        body_en=_body(statement, "en", at),
    )


TITLES = {
    "ground": Phrase("근거", "Ground"),
    "facts": Phrase("사실", "Facts"),
    "scope": Phrase("범위", "What it covers"),
    "source": Phrase("알게 된 경위", "How it was found"),
    "unlawful": Phrase("법령", "The law"),
    "redress": Phrase("이의신청", "How to object"),
}
UNLAWFUL = Phrase("관계 법령에도 어긋나는 것으로 보입니다.", "It also appears to be against the law.")


def _body(statement: Statement, language: str, at: datetime) -> str:
    return "\n\n".join(f"{title}: {text}" if title else text for title, text in told(statement, language, at))


def told(statement: Statement, language: str, at: datetime) -> list[tuple[str, str]]:
    """The whole statement in one language, part by part: its title and its text; the measure comes first, untitled."""
    parts = {
        "ground": ground_shown(statement.sanction.ground, language, at),
        "facts": getattr(statement, f"facts_{language}"),
        "scope": getattr(statement, f"scope_{language}"),
        "source": source_shown(statement, language),
        "unlawful": getattr(UNLAWFUL, language) if statement.is_unlawful else "",
        "redress": getattr(statement, f"redress_{language}"),
    }
    titled = [(getattr(TITLES[name], language), text) for name, text in parts.items() if text]
    return [("", getattr(statement, f"measure_{language}")), *titled]


def ground_shown(ground: str, language: str, at: datetime) -> str:
    """The clause as it is cited, with what it says in the terms in force."""
    cited, shown = getattr(wording.cited(ground), language), clause(ground, at)
    digest = getattr(shown, f"digest_{language}") if shown else ""
    return f"{cited} – {digest}" if digest else cited


def source_shown(statement: Statement, language: str) -> str:
    """How the facts came to be known, and whether machines found them; people decided in any case."""
    source: str = getattr(SOURCES[Source(statement.source)], language)
    machine = Phrase("자동화된 수단으로 처음 발견했습니다.", "It was first found by automated means.")
    people = Phrase("조치는 사람이 결정했습니다.", "The measure was decided by people.")
    found = [getattr(machine, language)] if statement.found_automatically else []
    return " ".join([source, *found, getattr(people, language)])
