"""The doctor's checks: what each sees, what `haven up` refuses, and the page that lists them."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.doctor import data_checks, engine_checks, hub_checks, place_checks, service_checks
from infra.doctor.catalogue import CHECKS, as_markdown
from infra.doctor.check import NotWell, Weight
from infra.doctor.examine import examine, refuse_to_start
from infra.errors import CommandFailed, NotReady
from infra.instance import Instance
from infra.notifying import Notifying

REPOSITORY = Path(__file__).resolve().parents[3]
GOOD_HUB = {
    "oauth_require_pkce": True,
    "token_in_url": False,
    "admin_access": False,
    "admin_users": [],
    "roles": [
        {"name": "user", "scopes": ["servers!user"], "services": []},
        {"name": "access-watch", "scopes": ["read:servers", "delete:servers"], "services": []},
    ],
    "cookie_samesite": "Lax",
    "cookie_secure": True,
    "cookie_host_prefix": True,
    "allowed_images": False,
    "options_form": False,
    "workspace_image": "sha256:" + "0" * 64,
}


def an_instance(home=Path("/var/lib/none"), **changes):
    values = {"name": "x", "home": home, "listen": "127.0.0.1:8000",
              "public_url": "http://127.0.0.1:8000"}  # fmt: skip
    return Instance(**{**values, **changes})


def test_the_page_lists_the_checks_that_run():
    assert (REPOSITORY / "docs" / "reference" / "doctor.md").read_text() == as_markdown()


def test_each_check_has_its_own_name():
    assert len({check.check_id for check in CHECKS}) == len(CHECKS)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine on which nothing stands against a start, for spoiling."""

    patch: pytest.MonkeyPatch
    engine: dict[str, Any]
    socket: Path
    home: Path


@pytest.fixture
def machine(monkeypatch, tmp_path):
    said = {"SecurityOptions": ["name=seccomp,profile=default"], "Runtimes": {"runc": {}}}
    socket, home = tmp_path / "docker.sock", tmp_path / "home"
    socket.touch(mode=0o660)
    (home / "sockets").mkdir(parents=True)
    monkeypatch.setattr(engine_checks, "information", lambda: said)
    monkeypatch.setattr(engine_checks.engine, "version", lambda: (20, 10))
    monkeypatch.setattr(engine_checks.platform, "release", lambda: "6.1.0-13-amd64")
    monkeypatch.setattr(engine_checks, "SOCKET", socket)
    monkeypatch.setattr(engine_checks, "ENGINE_FILES", (home / "sockets",))
    return Machine(monkeypatch, said, socket, home)


def test_on_a_good_machine_nothing_stands_against_a_start(machine):
    refuse_to_start(an_instance(machine.home))


def too_old(machine):
    machine.patch.setattr(engine_checks.engine, "version", lambda: (19, 3))


def old_kernel(machine):
    machine.patch.setattr(engine_checks.platform, "release", lambda: "5.4.0-100-generic")


def on_the_network(machine):
    machine.engine["Warnings"] = ["WARNING: API is accessible on http://0.0.0.0:2375 without TLS."]


def open_socket(machine):
    machine.socket.chmod(0o666)


def no_filter(machine):
    machine.engine["SecurityOptions"] = []


def other_user_numbers(machine):
    machine.engine["SecurityOptions"].append("name=userns")


def anybodys_settings(machine):
    (machine.home / "sockets").chmod(0o775)


def readable_secret(machine):
    (machine.home / "secrets").mkdir()
    (machine.home / "secrets" / "key").touch()
    (machine.home / "secrets" / "key").chmod(0o644)


def anybodys_folder(machine):
    machine.home.chmod(0o777)


def links_followed(machine):
    machine.patch.setattr(place_checks.os.path, "ismount", lambda _path: True)


@pytest.mark.parametrize(
    ("spoil", "check_id"),
    [
        (too_old, "E1"), (old_kernel, "E2"), (on_the_network, "E3"), (open_socket, "E4"),
        (no_filter, "E6"), (other_user_numbers, "E7"), (readable_secret, "P1"),
        (anybodys_settings, "E11"), (anybodys_folder, "P2"), (links_followed, "P3"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__.replace("_", " "),
)  # fmt: skip
def test_what_voids_a_promise_is_refused_in_words(machine, spoil, check_id):
    spoil(machine)

    with pytest.raises(NotReady) as refused:
        refuse_to_start(an_instance(machine.home))

    check = next(check for check in CHECKS if check.check_id == check_id)
    assert f"{check_id} {check.title}: " in str(refused.value)
    assert check.mend in str(refused.value)
    assert refused.value.exit_code == 3


def test_a_runtime_that_the_engine_does_not_know_is_refused(machine):
    with pytest.raises(NotReady, match="does not know runsc; it knows runc"):
        refuse_to_start(an_instance(runtime="runsc"))


def test_a_runtime_that_the_engine_knows_is_taken(machine):
    machine.engine["Runtimes"]["runsc"] = {}

    refuse_to_start(an_instance(runtime="runsc"))


@pytest.fixture
def tried_runtime(monkeypatch):
    """Try a runtime whose containers run a program on this machine instead, on a real socket."""
    started = []

    def _try(program):
        def starts(*command, **_):
            place = Path(command[command.index("--volume") + 1].partition(":")[0])
            started.append(subprocess.Popen([sys.executable, "-c", program, str(place / "s")]))
            return "container\n"

        monkeypatch.setattr(engine_checks, "run", starts)
        return engine_checks.runtime_fits(an_instance(runtime="runsc"))

    monkeypatch.setattr(engine_checks.images, "exists", lambda _: True)
    monkeypatch.setattr(engine_checks.images, "tag", lambda _: "haven/workspace:x")
    monkeypatch.setattr(engine_checks, "succeeds", lambda _: True)
    yield _try
    for one in started:
        one.kill()
        one.wait()


def saying(status):
    return engine_checks.LISTEN.replace("/proc/self/status", str(status))


def test_a_runtime_whose_sockets_answer_and_whose_programs_are_filtered_is_taken(
    tried_runtime, tmp_path
):
    (tmp_path / "status").write_text("Name:\tpython\nSeccomp:\t2\n")

    assert tried_runtime(saying(tmp_path / "status")) == "runsc does"


def test_a_runtime_that_leaves_the_system_call_filter_out_is_refused(tried_runtime, tmp_path):
    (tmp_path / "status").write_text("Name:\tpython\nSeccomp:\t0\n")

    with pytest.raises(NotWell, match="runsc starts programs without the system call filter"):
        tried_runtime(saying(tmp_path / "status"))


CLOSES_AT_ONCE = """
import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
listener.accept()[0].close()
time.sleep(9)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    ["pass", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])",
     CLOSES_AT_ONCE],
    ids=["shows none", "shows one that nobody listens on", "closes it at once"],
)  # fmt: skip
def test_a_runtime_whose_sockets_cannot_be_reached_is_refused(tried_runtime, monkeypatch, program):
    monkeypatch.setattr(engine_checks, "SOCKET_SECONDS", 1)

    with pytest.raises(NotWell, match="made inside runsc cannot be reached from here"):
        tried_runtime(program)


def test_an_address_that_others_can_reach_without_tls_is_refused(machine):
    with pytest.raises(NotReady, match="P5 address"):
        refuse_to_start(an_instance(listen="0.0.0.0:8000"))


def test_advice_stands_in_nobodys_way(machine):
    machine.engine["LiveRestoreEnabled"] = True
    advice = [check for check in CHECKS if check.weight is Weight.ADVICE]
    chosen = [check for check in advice if check.check_id in {"E8", "E9"}]

    assert [result.well for result in examine(an_instance(), chosen)] == [False, False]
    refuse_to_start(an_instance())


@pytest.mark.parametrize(
    "told",
    [
        {"InsecureRegistryCIDRs": ["127.0.0.0/8", "10.0.0.0/8"]},
        {"IndexConfigs": {"registry.example": {"Secure": False}}},
    ],
    ids=["a network", "a name"],
)
def test_a_registry_without_tls_is_named(machine, told):
    engine_checks.registries(an_instance())
    machine.engine["RegistryConfig"] = told

    with pytest.raises(NotWell, match=r"10\.0\.0\.0/8|registry\.example"):
        engine_checks.registries(an_instance())


def test_a_store_that_does_not_lock_is_refused(monkeypatch):
    def fails(*_):
        raise CommandFailed(["python"], 1, "a locked object did not withstand deletion\n")

    monkeypatch.setattr(data_checks, "execute", fails)

    with pytest.raises(NotReady, match="D3 release store: a locked object did not withstand"):
        refuse_to_start(an_instance(), "D3")


@pytest.mark.parametrize(
    ("change", "look"),
    [
        ({"oauth_require_pkce": False}, hub_checks.sign_in),
        ({"token_in_url": True}, hub_checks.sign_in),
        ({"admin_access": True}, hub_checks.admins),
        ({"admin_users": ["dana"]}, hub_checks.admins),
        ({"roles": [{"name": "user", "scopes": ["self"]}]}, hub_checks.scopes),
        ({"roles": []}, hub_checks.scopes),
        ({"roles": [{"name": "user", "scopes": []}, {"name": "w", "scopes": ["admin:users"]}]},
         hub_checks.scopes),
        ({"cookie_samesite": ""}, hub_checks.cookies),
        ({"cookie_secure": False}, hub_checks.cookies),
        ({"cookie_host_prefix": False}, hub_checks.cookies),
        ({"allowed_images": True}, hub_checks.image),
        ({"options_form": True}, hub_checks.image),
        ({"workspace_image": "haven/workspace:latest"}, hub_checks.image),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value.__name__,
)  # fmt: skip
def test_a_hub_whose_settings_are_loosened_is_not_well(monkeypatch, change, look):
    secure = an_instance(public_url="https://haven.example")
    monkeypatch.setattr(hub_checks, "settings", lambda _: GOOD_HUB)
    look(secure)
    monkeypatch.setattr(hub_checks, "settings", lambda _: {**GOOD_HUB, **change})

    with pytest.raises(NotWell):
        look(secure)


@pytest.mark.slow
def test_the_hubs_own_configuration_is_what_the_checks_ask_for(tmp_path, monkeypatch):
    for name in ("portal_token", "database_url", "portal_service_token", "access_watch_token"):
        (tmp_path / name).write_text("x")
    (tmp_path / "cookie_secret").write_text("00" * 32)
    environment = {
        "HAVEN_SECRETS_DIR": str(tmp_path), "HAVEN_INSTANCE": "x", "HAVEN_HOME": "/var/lib/x",
        "HAVEN_PUBLIC_URL": "https://haven.example", "HAVEN_PORTAL_URL": "http://portal:8000",
        "HAVEN_GATEWAY_URL": "http://gateway:8001", "HAVEN_SUBDOMAINS": "yes",
        "HAVEN_WORKSPACE_IMAGE": "sha256:" + "0" * 64, "PYTHONPATH": str(REPOSITORY),
        "HAVEN_SERVICE_IMAGE": "sha256:" + "1" * 64,
    }  # fmt: skip
    said = subprocess.run([sys.executable, "-m", "hub.settings_shown"], env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert said.returncode == 0, said.stderr
    monkeypatch.setattr(hub_checks, "execute", lambda *_: said.stdout)
    results = list(examine(an_instance(public_url="https://haven.example"), hub_checks.CHECKS))

    assert {result.check.check_id: result.seen for result in results if not result.well} == {}


def a_container(service, **changes):
    host = {"NetworkMode": "none", "PortBindings": {}, **changes}
    return {"Name": f"/x_{service}_1", "HostConfig": host, "Mounts": [],
            "Config": {"Labels": {"com.docker.compose.service": service}}}  # fmt: skip


def test_a_workspace_that_has_a_network_is_found(monkeypatch):
    connected = a_container("workspace", NetworkMode="bridge")
    monkeypatch.setattr(service_checks, "_inspected", lambda _label: [connected])

    with pytest.raises(NotWell, match="x_workspace_1"):
        service_checks.no_network(an_instance())


def test_the_proxy_alone_publishes_a_port(monkeypatch):
    ours = {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8000"}]}
    found = [a_container("proxy", PortBindings=ours), a_container("hub")]
    monkeypatch.setattr(service_checks, "_inspected", lambda _label: found)
    service_checks.published_ports(an_instance())
    found[1]["HostConfig"]["PortBindings"] = ours

    with pytest.raises(NotWell, match="hub"):
        service_checks.published_ports(an_instance())


def on_networks(monkeypatch, **services):
    found = [
        {
            "Config": {"Labels": {"com.docker.compose.service": name}},
            "NetworkSettings": {"Networks": {f"x_{one}": {} for one in networks}},
        }
        for name, networks in services.items()
    ]
    monkeypatch.setattr(service_checks, "_inspected", lambda _label: found)


def test_a_service_with_a_way_out_is_found(monkeypatch):
    on_networks(monkeypatch, proxy=["front", "edge"], portal=["edge", "front"])

    with pytest.raises(NotWell, match="portal"):
        service_checks.ways_out(an_instance())


def test_a_service_without_any_network_has_no_way_out(monkeypatch):
    on_networks(monkeypatch, proxy=["front", "edge"])
    (proxy,) = service_checks._inspected("")
    mirror = {
        "Config": {"Labels": {"com.docker.compose.service": "mirror"}},
        "NetworkSettings": {"Networks": {"none": {}}},
    }
    monkeypatch.setattr(service_checks, "_inspected", lambda _label: [proxy, mirror])

    assert service_checks.ways_out(an_instance()) == "proxy only"


def test_the_notifier_has_a_way_out_only_where_it_is_set_up(monkeypatch):
    on_networks(monkeypatch, proxy=["front", "edge"], notifier=["front", "data"])

    with pytest.raises(NotWell, match="notifier"):
        service_checks.ways_out(an_instance())
    set_up = an_instance(notifying=Notifying(smtp_host="mail.example.org"))
    assert service_checks.ways_out(set_up) == "notifier and proxy only"


def test_without_a_mail_server_the_doctor_says_so_and_counts_it_for_nothing():
    [check] = [one for one in CHECKS if one.look is service_checks.sends_notices]

    assert check.weight is Weight.ADVICE
    with pytest.raises(NotWell, match="people read notices in Haven"):
        check.look(an_instance())
    with pytest.raises(NotWell, match="besides a webhook at hooks"):
        check.look(an_instance(notifying=Notifying(webhook_url="https://hooks.example.org/x")))
    assert check.look(an_instance(notifying=Notifying(smtp_host="mail.example.org")))


@pytest.mark.parametrize("extra", ["", ",output_file"])
def test_a_notifier_that_may_read_more_is_found(monkeypatch, extra):
    told = data_checks.NOTIFIERS_TABLES + extra
    monkeypatch.setattr(data_checks, "asked", lambda *_: told)

    if extra:
        with pytest.raises(NotWell, match="output_file"):
            data_checks.notifier(an_instance())
    else:
        assert data_checks.notifier(an_instance())


def test_only_the_hub_may_hold_the_engines_socket(monkeypatch):
    found = [a_container("hub"), a_container("gateway")]
    found[0]["Mounts"] = [{"Source": "/var/run/docker.sock"}]
    monkeypatch.setattr(service_checks, "_inspected", lambda _label: found)
    service_checks.engine_socket(an_instance())
    found[1]["Mounts"] = found[0]["Mounts"]

    with pytest.raises(NotWell, match="gateway"):
        service_checks.engine_socket(an_instance())
