"""Files brought into a project: the pages on a real database, with the worker's part by hand."""

import pytest

from output_checker.adapters.ingress.folders import IngressQuarantine, ProjectInputs
from output_checker.adapters.ingress.scanner import SandboxScanner
from output_checker.application.ingress.follow import Bringing, follow_ingress
from output_checker.domain.ingress import IngressState, Scan
from output_checker.domain.notice import NoticeKind
from output_checker.domain.notice_words import address

CODE = b"print('hello')\n"
MOST = 1024**2


class Door:
    """What stands between a member's browser and the project's `/inputs`."""

    def __init__(self, house, folder):
        self.house = house
        self.base = f"/projects/{house.project_id}/inputs"
        self.waiting, self.inputs = folder / "ingress", folder / "inputs"
        self.waiting.mkdir()
        self.inputs.mkdir()
        self.troubles = []
        house.set_up(
            ingress_dir=self.waiting, ingress_file_bytes=MOST, ingress_project_bytes=2 * MOST
        )

    def bring(self, role="author", name="fit.py", content=CODE, purpose="Fits the model"):
        return self.house.browser(role).post(
            self.base, data={"purpose": purpose}, files={"file": (name, content)}
        )

    def brought(self, **more):
        answer = self.bring(**more)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2]

    def states(self):
        with self.house.checker_unit_of_work() as uow:
            files = uow.ingress.of_project(self.house.project_id)
        return {file.input_id: file.state for file in files}

    def work(self):
        """One look of the worker; returns how many of this house's files moved."""
        before = self.states()
        bringing = Bringing(
            unit_of_work=self.house.checker_unit_of_work,
            clock=self.house.clock,
            quarantine=IngressQuarantine(folder=self.waiting, max_file_bytes=MOST),
            inputs=ProjectInputs(folder=self.inputs, max_file_bytes=MOST),
            scanner=SandboxScanner(),
        )
        follow_ingress(bringing, lambda *trouble: self.troubles.append(trouble))
        return sum(state is not before[one] for one, state in self.states().items())

    def file(self, input_id):
        with self.house.checker_unit_of_work() as uow:
            return uow.ingress.find(input_id)

    def step(self, role, input_id, action, reason="", sha256=None):
        data = {"action": action, "reason": reason, "sha256": sha256 or self.file(input_id).sha256}
        return self.house.browser(role).post(f"{self.base}/{input_id}/step", data=data)

    def laid(self, input_id):
        return self.inputs / self.house.project_id / self.file(input_id).name


@pytest.fixture
def door(house, tmp_path):
    return Door(house, tmp_path)


def test_a_file_comes_in_is_approved_by_another_and_is_taken_back(house, door):
    one = door.brought()
    assert not (door.inputs / house.project_id).exists()
    assert door.work() == 1
    page = house.browser("checker1").get(f"{door.base}/{one}").text
    assert "print(&#39;hello&#39;)" in page
    assert "Fits the model" in page

    assert door.step("checker1", one, "approve").status_code == 303
    assert door.work() == 1
    assert door.laid(one).read_bytes() == CODE
    assert "In /inputs" in house.browser("member").get(door.base).text
    assert door.step("author", one, "take_back", "A newer one comes").status_code == 303
    assert door.work() == 1
    assert not door.laid(one).exists()
    assert door.work() == 0
    assert [entry.event for entry in house.ledger(subject=f"input:{one}")] == [
        "ingress.bring_in", "ingress.record_scan", "ingress.approve", "ingress.lay",
        "ingress.take_back", "ingress.remove",
    ]  # fmt: skip
    said = str([entry.details for entry in house.ledger()])
    assert "fit.py" not in said
    assert "Fits the model" not in said


def heard(house, role):
    with house.checker_unit_of_work() as uow:
        found = uow.notices.of(house.name(role), before=None, most=100)
    return [(one.notice.kind, address(one.notice)) for one in found]


@pytest.mark.parametrize(
    ("action", "kind"), [("approve", NoticeKind.INPUT_LAID), ("refuse", NoticeKind.INPUT_REFUSED)]
)
def test_those_who_may_decide_and_who_brought_it_in_hear_of_it(house, door, action, kind):
    one = door.brought()
    door.work()
    waits = (NoticeKind.INPUT_WAITING, door.base)
    assert (waits in heard(house, "checker1"), waits in heard(house, "checker2")) == (True, True)
    assert not any(kind is NoticeKind.INPUT_WAITING for kind, _ in heard(house, "author"))

    door.step("checker1", one, action, "Because")
    door.work()

    assert (kind, door.base) in heard(house, "author")


@pytest.mark.parametrize("role", ["author", "member", "admin", "auditor"])
@pytest.mark.parametrize("action", ["approve", "refuse"])
def test_nobody_with_a_part_in_it_decides_not_even_a_checker_who_is_the_author(door, role, action):
    one = door.brought()
    door.work()

    assert door.step(role, one, action, "Because").status_code == 403
    assert door.file(one).state is IngressState.WAITING


@pytest.mark.parametrize("action", ["record_scan", "lay", "remove", "stop"])
def test_the_workers_steps_are_nobodys(door, action):
    one = door.brought()
    door.work()

    assert door.step("checker1", one, action, "Because").status_code == 403


@pytest.mark.parametrize("role", ["checker1", "admin", "auditor"])
def test_only_members_bring_in(house, door, role):
    assert door.bring(role).status_code == 403
    assert list(door.waiting.iterdir()) == []


def test_an_admin_sees_that_a_file_came_and_nothing_of_it_and_can_end_it(house, door):
    one = door.brought()
    door.work()
    door.step("checker1", one, "approve")

    assert "hello" not in house.browser("admin").get(f"{door.base}/{one}").text
    assert door.step("admin", one, "take_back", "Not here").status_code == 303


def test_what_was_not_scanned_is_not_approved(door):
    one = door.brought()

    assert door.step("checker1", one, "approve", "It is fine").status_code == 409


def test_other_bytes_than_were_looked_at_are_not_approved(door):
    one = door.brought()
    door.work()

    assert door.step("checker1", one, "approve", sha256="0" * 64).status_code == 409
    assert door.file(one).state is IngressState.WAITING


@pytest.mark.parametrize("is_approved", [False, True])
def test_a_changed_byte_in_quarantine_goes_nowhere(door, is_approved):
    one = door.brought()
    if is_approved:
        door.work()
        door.step("checker1", one, "approve")
    place = door.waiting / door.file(one).sha256
    place.chmod(0o600)
    place.write_bytes(CODE.replace(b"hello", b"hallo"))

    door.work()

    assert door.file(one).state is IngressState.REFUSED
    assert "not what was brought in" in door.file(one).reason
    assert not door.laid(one).exists()


@pytest.mark.parametrize(
    "name", ["../../up.py", "/etc/cron.py", ".bashrc.py", "a\\b.py", "a\u202eb.py"]
)
def test_a_name_that_leads_elsewhere_is_not_taken(door, name):
    assert door.bring(name=name).status_code == 422
    assert list(door.waiting.iterdir()) == []


def test_what_cannot_be_read_is_refused_by_the_scan_and_approved_by_nobody(house, door):
    one = door.brought(name="tool.exe", content=b"MZ" + bytes(64))
    door.work()

    assert door.file(one).state is IngressState.REFUSED
    assert "not let in" in house.browser("author").get(f"{door.base}/{one}").text
    assert door.step("checker1", one, "approve", "It is fine").status_code == 409
    stopped = house.add_input(scan=Scan(kind="zip", stops="It is encrypted")).input_id
    assert door.step("checker1", stopped, "approve", "It is fine").status_code == 403


def test_sizes_are_bound_for_a_file_and_for_a_project(door):
    assert door.bring(content=b"").status_code == 422
    assert door.bring(content=bytes(MOST + 1)).status_code == 422
    for name in ("a.csv", "b.csv"):
        door.brought(name=name, content=b"a" * (MOST - 1))
    assert door.bring(name="c.csv", content=b"a" * 1000).status_code == 422
    assert door.bring(content=bytes(18 * MOST)).status_code == 413


def test_a_purpose_is_needed_and_a_name_is_taken_until_it_is_given_back(door):
    assert door.bring(purpose=" ").status_code == 422
    one = door.brought()
    assert door.bring(name="FIT.py").status_code == 409
    assert door.step("author", one, "withdraw").status_code == 303
    assert door.work() == 0
    door.brought(name="FIT.py")


def test_a_project_that_ended_takes_nothing_in_and_lays_nothing(house, door):
    one = door.brought()
    door.work()
    door.step("checker1", one, "approve")
    house.change_project(is_closed=True)

    assert door.bring(name="other.py").status_code == 403
    door.work()
    assert door.file(one).state is IngressState.REFUSED
    assert not door.laid(one).exists()


def test_one_file_in_the_way_keeps_no_other_waiting(house, door):
    first, second = door.brought(name="a.py"), door.brought(name="b.py")
    door.work()
    for one in (first, second):
        door.step("checker1", one, "approve")
    door.work()
    for one in (first, second):
        door.step("checker1", one, "take_back", "Because")
    door.laid(first).unlink()
    door.laid(first).write_bytes(b"somebody else's")

    assert door.work() == 1
    assert door.laid(first).read_bytes() == b"somebody else's"
    assert door.file(first).state is IngressState.LEAVING
    assert door.file(second).state is IngressState.TAKEN_BACK
    assert first in [one for one, _ in door.troubles]
    assert second not in [one for one, _ in door.troubles]


def test_the_list_is_filtered_by_its_address_and_goes_out_as_csv(house, door):
    door.brought(name="a.py", purpose="=1+1")
    two = door.brought(name="b.py")
    door.step("author", two, "withdraw")
    browser = house.browser("auditor")

    assert "b.py" not in browser.get(f"{door.base}?state=quarantined").text
    lines = browser.get(f"{door.base}.csv").text.splitlines()
    assert len(lines) == 3
    assert "'=1+1" in "".join(lines)
    assert len(browser.get(f"{door.base}.csv?state=withdrawn").text.splitlines()) == 2
