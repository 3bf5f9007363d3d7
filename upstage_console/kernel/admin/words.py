"""What the deeds in the audit trail are called in the back office; each app names its own."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_labels: dict[str, str | Promise] = {}


def call_actions(labels: Mapping[str, str | Promise]) -> None:
    """Name actions of `audit.record` for people to read."""
    _labels.update(labels)


def label_of(action: str) -> str:
    """The name of an action in the reader's language; an action without one speaks for itself."""
    return str(_labels.get(action, action))


def named_actions() -> frozenset[str]:
    """Every action that has a name."""
    return frozenset(_labels)


call_actions(
    {
        "due_item.claimed": _("Took on a task"),
        "due_item.put_back": _("Put a task back"),
        "due_item.done": _("Finished a task"),
        "due_item.waived": _("Waived a task"),
        "policy.proposed": _("Proposed a policy setting"),
        "policy.approved": _("Approved a policy setting"),
        "holiday.added": _("Added a public holiday"),
        "holiday.removed": _("Removed a public holiday"),
        "message.sent_again": _("Sent a message again"),
    }
)
