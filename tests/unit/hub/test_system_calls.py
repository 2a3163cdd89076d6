"""What the system call profile lets through."""

import json

import pytest

from hub.system_calls import FAMILIES, profile

AF_PACKET, AF_ALG, AF_VSOCK = 17, 38, 40


@pytest.fixture(scope="module")
def rules():
    return json.loads(profile())["syscalls"]


def allowed(rules):
    return {name for rule in rules if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]}


def test_what_is_not_named_is_refused():
    assert json.loads(profile())["defaultAction"] == "SCMP_ACT_ERRNO"


@pytest.mark.parametrize(
    "name",
    ["ptrace", "process_vm_readv", "process_vm_writev", "io_uring_setup", "io_uring_enter",
     "io_uring_register", "pidfd_open", "pidfd_getfd", "keyctl", "add_key", "request_key",
     "userfaultfd", "bpf", "perf_event_open", "mount", "umount2", "unshare", "setns", "chroot",
     "open_by_handle_at", "init_module", "finit_module", "kexec_load", "reboot", "swapon",
     "pivot_root", "move_mount", "open_tree", "fsopen", "quotactl", "acct", "syslog"],
)  # fmt: skip
def test_calls_that_a_workspace_has_no_use_for_are_not_let_through(rules, name):
    assert name not in allowed(rules)


def test_a_socket_is_allowed_by_family_only(rules):
    sockets = [rule for rule in rules if "socket" in rule["names"]]

    assert {rule["args"][0]["value"] for rule in sockets} == set(FAMILIES)
    assert {AF_PACKET, AF_ALG, AF_VSOCK} & set(FAMILIES) == set()


def test_a_process_cannot_ask_for_namespaces_of_its_own(rules):
    clone = next(rule for rule in rules if rule["names"] == ["clone"])

    assert clone["args"][0]["value"] == 0x7E020000
    assert clone["args"][0]["op"] == "SCMP_CMP_MASKED_EQ"


def test_the_call_whose_flags_no_filter_sees_is_said_not_to_exist(rules):
    clone3 = next(rule for rule in rules if rule["names"] == ["clone3"])

    assert (clone3["action"], clone3["errnoRet"]) == ("SCMP_ACT_ERRNO", 38)


def test_no_32_bit_mode_is_left_open():
    assert all(one["subArchitectures"] == [] for one in json.loads(profile())["archMap"])
