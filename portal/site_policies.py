"""Policies of one's own, held against the disclosure engine before they are registered."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from output_checker.disclosure.errors import BadPolicy
from output_checker.disclosure.policies.load import load, presets, read
from output_checker.disclosure.policy import Policy
from registry.application.apply_files import FromFile
from registry.application.policy_queries import site_policies
from registry.domain.errors import Problem, WrongFile


def known_policies(session: Session) -> frozenset[str]:
    """Names of those that ship and of those that the site added."""
    return frozenset(presets()) | site_policies(session).keys()


def policy_of(session: Session, name: str) -> Policy:
    """Raises: BadPolicy, where nothing has this name."""
    added = site_policies(session)
    return read(name, json.loads(added[name])) if name in added else load(name)


def require_usable(files: Sequence[FromFile], place: str) -> None:
    """Raises: WrongFile, naming each policy that the engine would refuse."""
    if found := [*_problems(files)]:
        raise WrongFile(place, found)


def _problems(files: Sequence[FromFile]) -> Iterator[Problem]:
    for file in files:
        for index, one in enumerate(file.wanted.policies):
            path = f"{file.file}: policies[{index}]" if file.file else f"policies[{index}]"
            try:
                read(one.name, json.loads(one.document))
            except BadPolicy as error:
                yield Problem(path=path, message=str(error))
