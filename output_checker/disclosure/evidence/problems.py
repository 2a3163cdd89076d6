"""Why a printed number could not be matched to the source."""

from typing import Final

NOT_EXPECTED: Final = "the number does not match what the source gives"
NOT_PERTURBED_SO: Final = "the number is not the one that the cell key method gives"
NO_SUCH_LABEL: Final = "the source has no such label"
NOT_A_NUMBER: Final = "neither a number nor a mark of suppression"
