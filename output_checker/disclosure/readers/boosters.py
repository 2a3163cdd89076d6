"""Models of XGBoost and LightGBM as files of their own."""

from output_checker.disclosure.readers import lightgbm_texts, ubjson
from output_checker.disclosure.readers.artefacts import Document
from output_checker.disclosure.readers.held_values import Held
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.texts import decoded, warm

__all__ = ["read", "warm"]


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    held = Held()
    if data.startswith(ubjson.BEGINS):
        held.walk(ubjson.parse(data))
        name = "xgboost.Booster"
    else:
        text, _ = decoded(data)
        text = text.replace("\r\n", "\n")
        if not text.startswith(lightgbm_texts.BEGINS):
            raise Refusal("the file does not begin as models of XGBoost or LightGBM do")
        held.walk(lightgbm_texts.parse(text))
        name = "lightgbm.Booster"
    return Document(parts=tuple(held.parts((name,), is_model=True)), notes=tuple(held.notes()))
