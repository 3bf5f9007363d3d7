"""The back office's bases: rows that are only read, and verbs that preview, ask for a reason and call one service."""

from upstage_console.kernel.admin import cells, due_items, history, settings
from upstage_console.kernel.admin.bases import ReadOnlyAdmin, ReadOnlyRows, ServiceActionAdmin
from upstage_console.kernel.admin.cases import CaseFileAdmin, CaseParts, Column, Fact, Happening, Panel
from upstage_console.kernel.admin.effects import Effect, Mail, Row, mails_of
from upstage_console.kernel.admin.forms import KeptFile, NoReasonForm, OutcomeForm, ReasonForm
from upstage_console.kernel.admin.queue import Kind, call_kinds
from upstage_console.kernel.admin.today import Figure, figures, tonight
from upstage_console.kernel.admin.verbs import Button, Done, PlainVerb, Text, Verb, no_move
from upstage_console.kernel.admin.words import call_actions, label_of

__all__ = [
    "Button",
    "CaseFileAdmin",
    "CaseParts",
    "Column",
    "Done",
    "Effect",
    "Fact",
    "Figure",
    "Happening",
    "KeptFile",
    "Kind",
    "Mail",
    "NoReasonForm",
    "OutcomeForm",
    "Panel",
    "PlainVerb",
    "ReadOnlyAdmin",
    "ReadOnlyRows",
    "ReasonForm",
    "Row",
    "ServiceActionAdmin",
    "Text",
    "Verb",
    "call_actions",
    "call_kinds",
    "cells",
    "due_items",
    "figures",
    "history",
    "label_of",
    "mails_of",
    "no_move",
    "settings",
    "tonight",
]
