"""What identifiers in the API look like, with an example of each, and what a status means."""

from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import Field

HEX_ID: Final = r"^[0-9a-f]{32}$"
USERNAME: Final = r"^[a-z][a-z0-9-]{1,30}$"
_REQUEST: Final = "4f0c8f0e5d7a4b0f9a52b1c3d4e5f607"
_FILE: Final = "9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d"
_LINK: Final = "1c9d4a5b6e7f40818293a4b5c6d7e8f9"

RequestId = Annotated[str, Field(examples=[_REQUEST])]
FileId = Annotated[str, Field(examples=[_FILE])]
LinkId = Annotated[str, Field(examples=[_LINK])]
ProjectId = Annotated[str, Field(examples=["pay-and-place"])]
Username = Annotated[str, Field(examples=["ada"])]
Sha256 = Annotated[
    str, Field(examples=["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"])
]

RequestPath = Annotated[str, Path(pattern=HEX_ID, examples=[_REQUEST])]
FilePath = Annotated[str, Path(pattern=HEX_ID, examples=[_FILE])]
LinkPath = Annotated[str, Path(pattern=HEX_ID, examples=[_LINK])]

Responses = dict[int | str, dict[str, Any]]

NOT_YOURS: Final[Responses] = {404: {"description": "No such thing, or not yours to see"}}
MAY_NOT: Final[Responses] = {403: {"description": "You may see it, but not do this"}}
READERS_ONLY: Final[Responses] = {403: {"description": "Only auditors and admins"}}
MOVED: Final[Responses] = {409: {"description": "Not in this state, or it moved meanwhile"}}
CLOSED: Final[Responses] = {410: {"description": "The link is over"}}
STEERED: Final[Responses] = NOT_YOURS | MAY_NOT | MOVED


def bytes_of(media_type: str, words: str) -> Responses:
    """A file as the answer, for a route that answers with one."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": words, "content": {media_type: schema}}}
