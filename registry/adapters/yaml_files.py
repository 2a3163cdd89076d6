"""Reading YAML that a person wrote, and saying where it is wrong."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from registry.domain.errors import Problem, WrongFile

MAX_FILE_BYTES: Final = 1024 * 1024

Model = TypeVar("Model", bound=BaseModel)

_WORDS: Final = {
    "extra_forbidden": "is not a known key",
    "missing": "is required",
    "string_type": "must be text (put a number or a date in quotes)",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "date_from_datetime_parsing": "must be a date such as 2027-03-31",
    "model_type": "must be a mapping of keys to values",
    "tuple_type": "must be a list",
    "string_unicode": "must be text: it has half a character",
    "finite_number": "must be a number",
    "value_error": "{error}",
}


class _Loader(yaml.SafeLoader):
    """Safe loading that also refuses repeated keys and aliases.

    PyYAML keeps the last of two equal keys without a word, and aliases nested in aliases
    make a small file huge.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not read",
                problem_mark=self.get_mark(),
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {_speakable(key)} is written twice",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


# A date stays text: PyYAML fails without a place on 2027-02-30.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_model(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into a model.

    Raises:
        WrongFile: It cannot be read; every problem is named with its path.
    """
    return held_against(path, load_yaml(path), model)


def held_against(path: Path, content: object, model: type[Model]) -> Model:
    """What a file holds, as a model.

    Raises:
        WrongFile: It is something else; every problem is named with its path.
    """
    try:
        return model.model_validate(content)
    except ValidationError as invalid:
        raise WrongFile(str(path), _problems(invalid)) from None


def spoken_path(location: Sequence[str | int]) -> str:
    """`project.members[2]` for ("project", "members", 2)."""
    spoken = ""
    for part in location:
        if isinstance(part, int):
            spoken += f"[{part}]"
        else:
            spoken += f".{part}" if spoken else part
    return spoken or "(the whole file)"


def _speakable(name: object) -> str:
    """A name that may hold half a character, which no terminal can write."""
    return str(name).encode(errors="backslashreplace").decode()


def load_yaml(path: Path) -> object:
    """What a YAML file holds.

    Raises:
        WrongFile: It cannot be opened, is too large, or is no YAML that is read here.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _wrong(path, f"cannot be opened: {error.strerror}") from error
    if len(content) > MAX_FILE_BYTES:
        raise _wrong(path, f"is larger than {MAX_FILE_BYTES} bytes")
    try:
        return yaml.load(content.decode("utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader, made stricter
    except UnicodeDecodeError as error:
        raise _wrong(path, f"is not UTF-8 text (byte {error.start})") from None
    except RecursionError:
        raise _wrong(path, "is nested too deeply") from None
    except yaml.MarkedYAMLError as error:
        raise _wrong(path, f"is not YAML: {error.problem}{_where(error)}") from None
    except (yaml.YAMLError, ValueError):
        raise _wrong(path, "is not YAML") from None


def _where(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""


def _wrong(path: Path, message: str) -> WrongFile:
    return WrongFile(str(path), [Problem(path="(the whole file)", message=message)])


def _problems(invalid: ValidationError) -> list[Problem]:
    return [
        Problem(path=spoken_path(error["loc"]), message=_message(error))
        for error in invalid.errors(include_url=False, include_input=False)
    ]


def _message(error: Any) -> str:
    if said := _WORDS.get(error["type"]):
        return said.format(**error.get("ctx", {}))
    message: str = error["msg"]
    return message[:1].lower() + message[1:]
