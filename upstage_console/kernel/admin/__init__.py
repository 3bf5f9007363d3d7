"""The back office's bases: rows that are only read, and verbs that preview, ask for a reason and call one service."""

from upstage_console.kernel.admin.bases import ReadOnlyAdmin, ServiceActionAdmin
from upstage_console.kernel.admin.effects import Effect, Mail, Row, mails_of
from upstage_console.kernel.admin.forms import NoReasonForm, OutcomeForm, ReasonForm
from upstage_console.kernel.admin.verbs import Button, Done, Verb, no_move
from upstage_console.kernel.admin.words import call_actions, label_of

__all__ = [
    "Button",
    "Done",
    "Effect",
    "Mail",
    "NoReasonForm",
    "OutcomeForm",
    "ReadOnlyAdmin",
    "ReasonForm",
    "Row",
    "ServiceActionAdmin",
    "Verb",
    "call_actions",
    "label_of",
    "mails_of",
    "no_move",
]
