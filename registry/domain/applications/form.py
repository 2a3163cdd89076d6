"""The form of an application: its sections and questions, in the order that they are asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from registry.domain.applications.glossary import Processing


class Kind(StrEnum):
    """What an answer must be like. A draft keeps whatever was typed.

    `lines`, `usernames` and `some_of` hold one thing a line; `project_id` is a project's name.
    """

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    ONE_OF = "one_of"
    SOME_OF = "some_of"
    LINES = "lines"
    USERNAMES = "usernames"
    PROJECT_ID = "project_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question.

    Attributes:
        key: `section.name`; the answer's place.
        options: Of `one_of` and `some_of`: value to words.
        only_if: A question and the answers to it that make this one asked.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    is_required: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    only_if: tuple[str, frozenset[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    name: str
    title: str
    questions: tuple[Question, ...]


YES_NO: Final = MappingProxyType({"yes": "Yes", "no": "No"})
LEGAL_BASES: Final = MappingProxyType(
    {
        "public_task": "Public task, article 6(1)(e)",
        "legal_obligation": "Legal obligation, article 6(1)(c)",
        "consent": "Consent, article 6(1)(a)",
        "legitimate_interests": "Legitimate interests, article 6(1)(f)",
        "not_personal": "None: the data are not personal",
    }
)
JURISDICTIONS: Final = MappingProxyType(
    {
        "england": "England",
        "wales": "Wales",
        "scotland": "Scotland",
        "northern-ireland": "Northern Ireland",
    }
)
PURPOSES: Final = MappingProxyType(
    {
        "disadvantaged": "Helping disadvantaged people",
        "crime-fraud": "Preventing crime or fraud",
        "burdens": "Reducing burdens on business",
        "policy": "Making policy effective",
        "research": "Research or statistics in the public good",
    }
)
PROCESSING: Final = MappingProxyType({one.value: one.term for one in Processing})
REASON_CODES: Final = MappingProxyType(
    {
        "not_granular": "Not granular enough",
        "not_linkable": "Cannot be linked",
        "too_late": "Comes too late",
        "record_level": "Record level is needed",
        "other": "Another reason, said under alternatives considered",
    }
)


def _optional(key: str, title: str, kind: Kind = Kind.TEXT, hint: str = "") -> Question:
    return Question(key=key, title=title, kind=kind, hint=hint, is_required=False)


def _asked(key: str, title: str, kind: Kind = Kind.TEXT, hint: str = "") -> Question:
    return Question(key=key, title=title, kind=kind, hint=hint)


def _choice(
    key: str, title: str, options: Mapping[str, str], *, several: bool = False, hint: str = ""
) -> Question:
    kind = Kind.SOME_OF if several else Kind.ONE_OF
    return Question(key=key, title=title, kind=kind, options=options, hint=hint)


_ABOUT: Final = Section(
    name="about",
    title="The project",
    questions=(
        _asked("about.title", "Title", Kind.LINE),
        _asked("about.project_id", "Short name", Kind.PROJECT_ID,
               "The name of the project's workspace, such as pay-and-place"),
        _asked("about.lay_summary", "Summary for everybody", Kind.TEXT, "Up to 300 words"),
        _choice("about.purposes", "What the project is for", PURPOSES, several=True),
        _choice("about.processing", "What is done with the data", PROCESSING, several=True,
                hint="The glossary says what each word means"),
        _asked("about.start", "First day", Kind.DATE, "Such as 2027-01-31"),
        _asked("about.end", "Last day", Kind.DATE, "Access ends with it"),
    ),
)  # fmt: skip
_PEOPLE: Final = Section(
    name="people",
    title="People",
    questions=(
        _asked("people.lead", "Who leads it", Kind.USERNAMES, "One username"),
        _asked("people.members", "Who works with the data", Kind.USERNAMES,
               "One username a line; only they get a workspace"),
        _optional("people.analyst", "Named analyst", Kind.USERNAMES),
        _optional("people.sponsor", "Local sponsor", Kind.LINE),
    ),
)  # fmt: skip
_PURPOSE: Final = Section(
    name="purpose",
    title="Purpose and evidence",
    questions=(
        _asked("purpose.statement", "What do you want to find out, and why?"),
        _asked("purpose.problem", "Which problem does it solve?"),
        _asked("purpose.questions", "Research questions", Kind.LINES, "One a line"),
        _asked("purpose.difference", "What will be done differently afterwards?"),
        _asked("purpose.evidence", "What is the evidence that it works?"),
        _optional("purpose.examples", "Examples elsewhere"),
    ),
)
_LOGIC_MODEL: Final = Section(
    name="logic_model",
    title="Logic model",
    questions=(
        _asked("logic_model.inputs", "Inputs", Kind.LINES, "One a line"),
        _asked("logic_model.activities", "Activities", Kind.LINES, "One a line"),
        _asked("logic_model.outputs", "Outputs", Kind.LINES, "One a line"),
        _asked("logic_model.outcomes", "Outcomes", Kind.LINES, "One a line"),
        _asked("logic_model.benefit", "Benefit to those it is for"),
    ),
)
_NECESSITY: Final = Section(
    name="necessity",
    title="Necessity and proportionality",
    questions=(
        _asked("necessity.why", "Why is it necessary to have these data?"),
        _asked("necessity.alternatives", "Which other ways were considered, and why rejected?"),
        _asked("necessity.proportionality", "Why is that in proportion to the intrusion?"),
        _asked("necessity.minimum", "Why is this the least that will do?"),
        _choice("necessity.is_bulk", "Is it about everybody, or a large part of them?", YES_NO),
        _optional("necessity.linkage", "What is linked with what, by what, and how?"),
    ),
)
_LEGAL: Final = Section(
    name="legal",
    title="Legal power",
    questions=(
        _asked("legal.gateway", "Legal gateway", Kind.LINE, "Its id in the register of gateways"),
        _asked("legal.power", "Why does it allow this?"),
        _choice("legal.basis", "Lawful basis, article 6", LEGAL_BASES),
        _optional("legal.article_9", "Condition of article 9, for special categories"),
        _optional("legal.dpia", "Reference of the impact assessment", Kind.LINE),
        _choice("legal.jurisdictions", "Whose people are the data about?", JURISDICTIONS,
                several=True),
        _optional("legal.consent_evidence", "How and when was consent given, and kept?"),
        _optional("legal.third_parties_identifiable",
                  "Can people who gave no consent be identified, and what is done about it?"),
        _choice("legal.is_passed_on", "Are the data themselves passed on?", YES_NO),
    ),
)  # fmt: skip
_PERSONS: Final = Section(
    name="individuals",
    title="People in the data",
    questions=(
        _asked("individuals.benefit", "How do the people in the data benefit?"),
        _asked("individuals.detriment", "What could harm them, and what prevents it?"),
        _asked("individuals.privacy_notice", "What were they told about uses like this?"),
        _choice("individuals.is_compatible", "Is this use compatible with that?", YES_NO),
        _optional("individuals.gap", "How is a gap closed?"),
        _asked("individuals.ethics", "Which ethical questions are there, and who looked at them?"),
    ),
)
_MEANS: Final = Section(
    name="means",
    title="Cost, capacity and precedent",
    questions=(
        _asked("means.cost", "What effort is it, and who bears the cost?"),
        _asked("means.capacity", "Who has the skills and the time to do it?"),
        _asked("means.precedent", "Does it set a precedent? Which similar sharing is there?"),
    ),
)
_HANDLING: Final = Section(
    name="handling",
    title="Handling, outputs and retention",
    questions=(
        _asked("handling.how", "How are the data handled, and by which third parties?"),
        _asked("handling.onward", "What is passed on to whom?"),
        _asked("handling.outputs", "Which outputs are planned, for whom, and when?"),
        _optional("handling.recipients", "Recipients of outputs", Kind.LINES, "One a line"),
        _asked("handling.retention", "Keep until", Kind.DATE, "No later than the last day"),
        _choice("handling.disposal", "And then", {"destroy": "Destroy", "archive": "Archive"}),
    ),
)
_DECLARATIONS: Final = Section(
    name="declarations",
    title="Declarations",
    questions=(
        _choice("declarations.true", "What is said here is true and complete", {"yes": "Yes"}),
        _choice("declarations.rules", "Everybody on the project keeps to the rules of the "
                "environment and to the conditions of the decision", {"yes": "Yes"}),
    ),
)  # fmt: skip

FORM: Final = (
    _ABOUT, _PEOPLE, _PURPOSE, _LOGIC_MODEL, _NECESSITY, _LEGAL, _PERSONS, _MEANS, _HANDLING,
    _DECLARATIONS,
)  # fmt: skip
SECTIONS: Final[Mapping[str, Section]] = MappingProxyType({one.name: one for one in FORM})
QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {question.key: question for section in FORM for question in section.questions}
)
