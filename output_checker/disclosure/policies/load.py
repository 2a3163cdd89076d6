"""Named policies that ship with Haven, and policy files of one's own."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.errors import BadPolicy
from output_checker.disclosure.json_files import read_json, why_not
from output_checker.disclosure.policies.read import parse
from output_checker.disclosure.policies.strictness import looser
from output_checker.disclosure.policy import Policy

PRESETS: Final = Path(__file__).parent


def presets() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def load(name_or_path: str | Path) -> Policy:
    """A shipped policy by name, or one from a JSON or TOML file.

    A file may say `extends = "sacro-10"`: it then starts from those numbers and may only
    tighten them.

    Raises:
        BadPolicy: Unknown name, unreadable file, unknown key, a value out of range, or one that
            is looser than what the file extends.
    """
    text = str(name_or_path)
    if text in presets():
        return parse(text, tomllib.loads((PRESETS / f"{text}.toml").read_text()))
    path = Path(text)
    if not path.is_file():
        raise BadPolicy(f"no policy {text!r}; known are {', '.join(presets())}, or name a file")
    return _read(path.stem, read_document(path))


def read(name: str, document: Mapping[str, Any]) -> Policy:
    """A policy of one's own, under a name that no shipped one has.

    Raises:
        BadPolicy: As `load`.
    """
    if name in presets():
        raise BadPolicy(f"a policy that ships is named {name}; choose another name")
    return _read(name, document)


def _read(name: str, document: Mapping[str, Any]) -> Policy:
    if (base := base_of(document)) is None:
        return parse(name, document)
    policy = parse(name, document, base=base)
    if found := looser(policy, than=base):
        words = "; ".join(found)
        raise BadPolicy(f"policy {name} may only tighten {base.name}, but loosens: {words}")
    return policy


def read_document(path: Path) -> Mapping[str, Any]:
    """Raises: BadPolicy, for a file that is neither JSON nor TOML of keys and values."""
    try:
        is_toml = path.suffix.lower() == ".toml"
        document = tomllib.loads(path.read_text(encoding="utf-8")) if is_toml else read_json(path)
    except (OSError, ValueError, RecursionError) as error:
        reason = f"policy file {path.name} is neither JSON nor TOML{why_not(error)}"
        raise BadPolicy(reason) from None
    if not isinstance(document, dict):
        raise BadPolicy(f"policy file {path.name} must hold keys and values")
    return document


def base_of(document: Mapping[str, Any]) -> Policy | None:
    """What a policy file extends. Raises: BadPolicy, when that is no shipped policy."""
    name = document.get("extends")
    if name is None:
        return None
    if name not in presets():
        raise BadPolicy(f"extends must be one of {', '.join(presets())}")
    return load(name)
