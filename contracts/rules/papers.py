"""What a statement of work and an agreement on a joint project have to state (rift/5.2, 9.3, 14.2)."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from contracts.enums import SowPart
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.wording import is_visible

NEEDED: Final = (
    SowPart.FUNCTION, SowPart.SERVICE_LEVEL, SowPart.STAFFING, SowPart.DELIVERABLE, SowPart.SECURITY,
)  # fmt: skip
"""rift/5.2: functions, SLA, staffing, deliverables, security requirements."""


@enforces("rift/5.2")
def missing_parts(parts: Collection[str]) -> list[SowPart]:
    """What a statement of work lacks, in the order of the clause."""
    return [part for part in NEEDED if part not in parts]


JOINT_TOPICS: Final = ("outputs", "know_how", "metrics")
"""rift/9.3: how outputs, know-how and performance metrics of the project are used."""
CAMPAIGN: Final = "campaign"
CAMPAIGN_TOPICS: Final = ("recipient_consent", "claims")
"""rift/14.2: who obtains the consent of recipients, and who answers claims."""


@enforces("rift/9.3", "rift/14.2")
def missing_topics(says: Mapping[str, Any]) -> list[str]:
    """What an agreement on a joint project lacks; one about a campaign also says who obtains consent and answers."""
    needed = [*JOINT_TOPICS, *(CAMPAIGN_TOPICS if says.get("project") == CAMPAIGN else ())]
    return [topic for topic in needed if not is_visible(str(says.get(topic, "")))]
