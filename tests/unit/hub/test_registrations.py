from hub import registrations
from tests.unit.hub.builders import a_registration


def test_what_the_hub_writes_the_gateway_reads(tmp_path):
    registrations.write(tmp_path, a_registration())

    assert registrations.read(tmp_path, "ada", "p1") == a_registration()


def test_a_removed_workspace_does_not_exist(tmp_path):
    registrations.write(tmp_path, a_registration())
    registrations.remove(tmp_path, "ada", "p1")

    assert registrations.read(tmp_path, "ada", "p1") is None


def test_a_damaged_registration_opens_nothing(tmp_path):
    registrations.path_of(tmp_path, "ada", "p1").write_text('{"username": "ada"')

    assert registrations.read(tmp_path, "ada", "p1") is None
    assert registrations.every(tmp_path) == []


def test_names_that_look_alike_have_files_of_their_own(tmp_path):
    registrations.write(tmp_path, a_registration(username="ada-b", project="p1"))

    assert registrations.read(tmp_path, "ada", "b-p1") is None


def test_the_file_is_closed_to_others(tmp_path):
    registrations.write(tmp_path, a_registration())

    mode = registrations.path_of(tmp_path, "ada", "p1").stat().st_mode
    assert mode & 0o007 == 0
