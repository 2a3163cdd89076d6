"""The form with which an author asks for the release of files that are checked already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from output_checker.application.request_views import RequestView
from output_checker.application.submit import Words
from output_checker.domain.file_group import FileGroup
from output_checker.domain.manifest_groups import MAX_WORDS_LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, and the field that it is about, as an anchor."""

    words: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForm:
    """What was filled in, and what is wrong with it.

    Attributes:
        recipients: As typed: usernames with spaces or commas between them.
    """

    turn: int
    groups: tuple[FileGroup, ...]
    recipients: str
    problems: tuple[Problem, ...] = ()
    max_words_letters: int = MAX_WORDS_LETTERS

    def problem(self, field: str) -> str | None:
        return next((one.words for one in self.problems if one.field == field), None)


def fresh_form(view: RequestView) -> AskForm:
    return AskForm(turn=view.summary.turn, groups=view.groups, recipients=" ".join(view.recipients))


def words_of(turn: int, context: Sequence[str], controls: Sequence[str], recipients: str) -> Words:
    """What the form says. A field too many or too few is no group, and refused as one."""
    said = zip(_plain(context), _plain(controls), strict=False)
    same = len(context) == len(controls)
    return Words(
        turn=turn,
        groups=tuple(said) if same else (),
        recipients=tuple(name for name in re.split(r"[\s,;]+", recipients) if name),
    )


def filled_form(view: RequestView, words: Words, recipients: str, refusal: str) -> AskForm:
    """The form as it was sent, with what is missing, or else with why it was refused."""
    said = [*words.groups, *[("", "")] * len(view.groups)]
    groups = tuple(
        FileGroup(name=group.name, context=context, controls=controls)
        for group, (context, controls) in zip(view.groups, said, strict=False)
    )
    missing = [
        Problem(words=why, field=f"{'controls' if group.context.strip() else 'context'}-{number}")
        for number, group in enumerate(groups, start=1)
        if (why := group.why_incomplete())
    ]
    field = "recipients" if "recipients" in refusal else "context-1"
    return AskForm(
        turn=words.turn,
        groups=groups,
        recipients=recipients,
        problems=tuple(missing) or (Problem(words=refusal, field=field),),
    )


def _plain(texts: Sequence[str]) -> list[str]:
    """Browsers send two letters for the end of a line."""
    return [text.replace("\r\n", "\n") for text in texts]
