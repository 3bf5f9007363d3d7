"""Until when staff have to act where the terms name no time: business days that are settings, counted in one place."""

from datetime import date, datetime
from typing import Final, NamedTuple

from upstage_console.kernel import policy
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.models import Holiday


class Task(NamedTuple):
    """What is to be done: the clause it rests on, the business days for it, and its name in both languages."""

    clause: str
    days: int
    ko: str
    en: str


TASKS: Final = {
    "contract_review_days": Task("rift/4.2", 5, "계약 검토", "reviewing a contract"),
    "contract_termination_days": Task("rift/7.3", 10, "연체 계약의 해지 여부 결정", "deciding on termination"),
    "change_wish_days": Task("rift/5.2", 5, "고객의 변경 요청에 대한 답변", "answering a request for a change order"),
    "rework_days": Task("rift/5.2", 10, "반려된 산출물의 보완", "putting a deliverable right that was sent back"),
    "contract_suspension_days": Task("rift/7.3", 3, "통지한 서비스 제한 여부 결정", "limiting a service as told"),
    "contract_proof_days": Task("rift/4.1", 10, "고객에게 요청한 증빙의 제출", "a firm handing in a proof"),
    "invoice_dispute_days": Task("rift/7.3", 5, "청구서 이의에 대한 답변", "answering a dispute of an invoice"),
    "service_report_days": Task("rift/8.1", 5, "월 서비스 수준 보고서 승인", "approving the report of a month"),
    "service_credit_days": Task("rift/8.1", 5, "서비스 크레딧 결정", "deciding on a service credit"),
    "case_message_days": Task("rift/9.1", 1, "고객이 쓴 글에 대한 답변", "answering what a customer wrote in a case"),
    "minutes_days": Task("rift/9.2", 5, "회의록 확인", "confirming minutes"),
    "prior_approval_days": Task("rift/10.2", 5, "재판매·양도 등의 승인 결정", "deciding on resale or assignment"),
    "disclosure_days": Task("rift/11.3", 5, "수사기관 등의 자료 요구 처리", "handling a demand of an authority"),
    "reference_removal_days": Task("rift/14.1", 5, "동의가 끝난 표시의 삭제", "taking down what consent has ended for"),
    "contract_award_days": Task("rift/17.1", 5, "손해배상 결정", "deciding on compensation"),
    "contract_payout_days": Task("rift/17.1", 5, "고객에게 송금", "transferring money to a customer"),
    "contract_assigned_days": Task("rift/19", 10, "계약 양도의 후속 조치", "following an assignment of a contract"),
}

for _name, _task in TASKS.items():
    policy.reading(
        _name,
        _task.days,
        clause=_task.clause,
        why_ko=f"약관에 기한이 없는 일의 기한(업무일): {_task.ko}",
        why_en=f"Business days for what the terms name no time for: {_task.en}",
        valid=lambda value: type(value) is int and 1 <= value <= 60,
    )


def last_instant(setting: str, *, on: date, at: datetime) -> datetime:
    """The end of the last business day to act on what came up on a day, as the setting stands at `at`."""
    return day_end(Holiday.objects.calendar().business_days_after(on, policy.value(setting, at=at)))
