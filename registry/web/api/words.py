"""What identifiers in the API look like, with an example of each, and what a status means."""

from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import Field

ProjectId = Annotated[str, Field(examples=["pay-and-place"])]
Username = Annotated[str, Field(examples=["ada"])]
ProjectPath = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,29}$", examples=["pay-and-place"])]

Responses = dict[int | str, dict[str, Any]]

NOT_YOURS: Final[Responses] = {404: {"description": "No such thing, or not yours to see"}}
