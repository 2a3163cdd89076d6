"""Errors of the API: problem details as RFC 9457 has them, without anything of the data."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

MEDIA_TYPE: Final = "application/problem+json"
_TYPE: Final = "urn:haven:problem:"
_LONGEST_NAME: Final = 64


class Problem(BaseModel):
    """What went wrong. `type` is stable, for programs; `detail` is for people, and may change."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": f"{_TYPE}stale_review",
                    "title": "This has changed since you looked",
                    "status": 409,
                    "detail": "The files have been replaced since you opened this page; "
                    "look again.",
                }
            ]
        }
    )

    type: Annotated[str, Field(description="A name that does not change")]
    title: Annotated[str, Field(description="The kind of problem, in words")]
    status: Annotated[int, Field(description="The status of this answer", ge=400, le=599)]
    detail: Annotated[str, Field(description="What happened here: identifiers and states only")]


class ProblemResponse(JSONResponse):
    media_type = MEDIA_TYPE


def problem(
    status: int, *, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    content = Problem(type=_TYPE + code, title=title, status=status, detail=detail)
    return ProblemResponse(content.model_dump(), status, headers=headers)


def places(errors: Sequence[Mapping[str, Any]]) -> str:
    """Where what was sent is wrong, and never what was sent: it may be a secret."""
    return ", ".join(_place(wrong) for wrong in errors[:10])


def _place(wrong: Mapping[str, Any]) -> str:
    # Names of fields are the sender's own, too, where they are not ours.
    return ".".join(
        one if one.isascii() and one.isprintable() and len(one) <= _LONGEST_NAME else "?"
        for one in map(str, wrong["loc"])
    )
