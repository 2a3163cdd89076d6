"""Kinds of value in the files that people write, each with the words for a wrong one."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, AllowInfNan, BaseModel, ConfigDict, StringConstraints

from registry.domain import names

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class FileModel(BaseModel):
    """A part of a file. Misspelt keys are refused: a grant that is not read is no grant."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _matching(pattern: str, words: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise ValueError(words)
        return value

    return check


def _printable(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("must be one line without control characters")
    return value


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError("must be a network such as 192.0.2.0/24, or one address") from None


def _storable(value: str) -> str:
    if "\0" in value:
        raise ValueError("must be text: it has a NUL")
    return value


Username = Annotated[str, AfterValidator(_matching(names.USERNAME, names.USERNAME_WORDS))]
ProjectId = Annotated[str, AfterValidator(_matching(names.PROJECT_ID, names.PROJECT_ID_WORDS))]
Network = Annotated[str, AfterValidator(_network)]
Version = Annotated[str, AfterValidator(_matching(names.VERSION, names.VERSION_WORDS))]
ProfileName = Annotated[str, AfterValidator(_matching(names.PROFILE, names.PROFILE_WORDS))]
PolicyName = Annotated[str, AfterValidator(_matching(names.POLICY, names.POLICY_WORDS))]
OrganisationId = Annotated[
    str, AfterValidator(_matching(names.ORGANISATION_ID, names.ORGANISATION_ID_WORDS))
]
Course = Annotated[str, AfterValidator(_matching(names.COURSE, names.COURSE_WORDS))]
Email = Annotated[str, AfterValidator(_matching(names.EMAIL, names.EMAIL_WORDS))]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=250),
    AfterValidator(_printable),
]
Paragraph = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_storable)]
Bound = Annotated[float, AllowInfNan(False)]
