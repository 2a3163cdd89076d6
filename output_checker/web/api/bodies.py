"""What the API takes. A field that is not named here is refused, so nobody can slip in more."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from output_checker.application.claim import MAX_WORD_LETTERS
from output_checker.application.consent import MAX_REASON_LETTERS
from output_checker.application.review import MAX_COMMENT_LETTERS, Ballot
from output_checker.application.withdraw_release import MAX_REASON_LETTERS as WITHDRAWAL_LETTERS
from output_checker.domain.review import Vote
from output_checker.web.api.words import HEX_ID, USERNAME

Turn = Annotated[
    int,
    Field(strict=True, ge=1, le=2**31 - 1, examples=[1], description="That of what you looked at"),
]
Comment = Annotated[
    str, Field(max_length=MAX_COMMENT_LETTERS, examples=["Merge the two smallest bands"])
]
FileVotes = Annotated[
    dict[Annotated[str, Field(pattern=HEX_ID)], Literal["approve", "return", "undecided"]],
    Field(max_length=1000, examples=[{"9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d": "approve"}]),
]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SaveBody(Body):
    """What you have written so far, kept for you alone."""

    turn: Turn
    comment: Comment = ""
    files: FileVotes = {}

    def ballot(self, vote: Vote = Vote.UNDECIDED) -> Ballot:
        files = {name: Vote(said) for name, said in self.files.items()}
        return Ballot(turn=self.turn, vote=vote, comment=self.comment, files=files)


class VoteBody(SaveBody):
    """Your vote. To approve the request, approve each of its files; else say why."""

    vote: Annotated[Literal["approve", "return", "reject"], Field(examples=["approve"])]


class ReturnBody(Body):
    """Give the request back at once; the comment is for its author."""

    turn: Turn
    comment: Comment


class TurnBody(Body):
    turn: Turn


class SignOffBody(Body):
    turn: Turn
    dataset: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$", examples=["jobs"])]


class OverrideBody(Body):
    reason: Annotated[str, Field(max_length=MAX_REASON_LETTERS, examples=["Published already"])]


class WithdrawReleaseBody(Body):
    """Why; its recipients are told."""

    reason: Annotated[
        str, Field(max_length=WITHDRAWAL_LETTERS, examples=["A table was of the wrong year"])
    ]


class ClaimBody(Body):
    """Both fields together to take another checker's place."""

    instead_of: Annotated[str, Field(pattern=rf"^$|{USERNAME}", examples=["ben"])] = ""
    word: Annotated[str, Field(max_length=MAX_WORD_LETTERS, examples=["You are on leave"])] = ""


class CollectBody(Body):
    """In the body and not in the address, which proxies write into their logs."""

    token: Annotated[
        str,
        Field(max_length=128, pattern=r"^[A-Za-z0-9_-]+$", examples=["c2VjcmV0LW9mLWEtbGluaw"]),
    ]
