"""What members and others say about measures and about what went wrong."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services.objections import LONGEST_TEXT


class StatementForm(forms.Form):
    """The one statement after a loss of membership (upstage/3.4)."""

    text = forms.CharField(
        label=_("Your statement"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Say what speaks against the decision. You can submit one statement, in Korean or English."),
    )


class ObjectionForm(forms.Form):
    """What speaks against a measure (upstage/26.4, 3.4)."""

    text = forms.CharField(
        label=_("Why it is wrong"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What happened, and what shows it. Up to 5,000 characters."),
    )


class DataObjectionForm(forms.Form):
    """Why the member thinks that a block is wrong (upstage/22.9)."""

    text = forms.CharField(
        label=_("Why you think this is wrong"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )


class IncidentForm(forms.Form):
    """An access failure, or information that leaked or may have (upstage/7.3)."""

    ground = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            ("upstage/7.3.1", _("I cannot reach the service")),
            ("upstage/7.3.2", _("Information has leaked, or may have")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Tell us more"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Since when, which service or key, what you see. Never write a key or a password here."),
    )


class InfringementForm(forms.Form):
    """Content that infringes somebody's rights (upstage/22.9); an account is not needed."""

    item = forms.CharField(
        label=_("Where it is"),
        max_length=200,
        help_text=_("The address of the content, the id of an answer, or where you saw it."),
    )
    text = forms.CharField(
        label=_("Which right, and how it is infringed"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say whose right it is, and in what the infringement lies."),
    )
    contact = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("Only for questions about this report. The member it is about does not learn it from us."),
    )
    is_true = forms.BooleanField(label=_("To the best of my knowledge, what I say here is true."))


class AnswerForm(forms.Form):
    """Yes, accept or reject this version: the page itself says what that means."""
