"""What reviewers are asked."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contracts.enums import RefusalGround
from contracts.rules.reviews import ANSWERS, QUESTIONS
from upstage_console.kernel.admin import ReasonForm
from upstage_console.kernel.wording import tongue

WORDS: Final = dict(zip(ANSWERS, (_("yes"), _("no"), _("not applicable")), strict=True))


class SecurityForm(ReasonForm):
    """The questionnaire, one field a question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = tongue(get_language())
        for question in QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                label=getattr(question, language), choices=[("", "–"), *WORDS.items()], widget=UnfoldAdminSelectWidget
            )
        self.order_fields([question.key for question in QUESTIONS])

    @staticmethod
    def answers(given: Mapping[str, Any]) -> dict[str, str]:
        """The answers by the keys of the questions."""
        return {question.key: given[question.key] for question in QUESTIONS}

    @staticmethod
    def word(answer: str) -> Any:
        """An answer as people read it."""
        return WORDS[answer]


class SearchForm(ReasonForm):
    words = forms.CharField(
        label=_("Also search for"), max_length=300, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("Names of competitors or lines of business, separated by commas."),
    )  # fmt: skip

    @staticmethod
    def words_of(given: Mapping[str, Any]) -> list[str]:
        """The words, one by one."""
        return [word.strip() for word in given["words"].split(",") if word.strip()]


class RejectForm(ReasonForm):
    ground = forms.ChoiceField(
        label=_("Ground of refusal (4.3)"), choices=RefusalGround, initial=RefusalGround.REVIEW,
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
