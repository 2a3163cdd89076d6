"""The demo's password is one that the registry accepts, whatever chance makes of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import yaml

from infra.demo import accounts
from registry.adapters.project_file import read_project_file
from registry.domain.password import accept_new

if TYPE_CHECKING:
    from infra.instance import Instance

SAMPLES = 2000


@pytest.mark.parametrize("username", accounts.PEOPLE)
def test_no_password_of_the_demo_holds_a_username_by_chance(username: str) -> None:
    for _ in range(SAMPLES):
        accept_new(accounts.new_password(), username=username)


def test_the_demos_file_is_one_that_can_be_read(tmp_path: Path) -> None:
    instance = SimpleNamespace(home=tmp_path, datasets=tmp_path / "datasets")
    written = yaml.safe_load(accounts.project_file(cast("Instance", instance)).read_text())
    path = tmp_path / "project.yaml"
    path.write_text(yaml.safe_dump(written | {"datasets": []}))

    wanted = read_project_file(path, None)

    assert {one.organisation_id for one in wanted.organisations} == {
        accounts.OFFICE,
        accounts.INSTITUTE,
    }
    [ada] = [one for one in wanted.people if one.person.username == accounts.RESEARCHER]
    assert wanted.project is not None
    assert {one.course for one in ada.training or ()} == wanted.project.training
