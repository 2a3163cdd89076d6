"""Doors of the machine, of the hub's start and of the registry, and the probes that must say so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.isolation.doors import Spec, network


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDoor:
    """A door; `open` changes a container's spec, or is None where the test does more."""

    words: str
    caught: Mapping[str, str]
    open: Callable[[Spec], Any] | None = None


SPEC_DOORS = (
    MachineDoor(words="the hub mounts a folder that its person asked for",
                open=lambda spec: spec.mount("host", "/elsewhere", "rw"), caught={"C10": "mount"}),
    MachineDoor(words="the hub sets a variable that its person asked for",
                open=lambda spec: spec.made["environment"].update(CHOSEN="1"),
                caught={"C11": "variable CHOSEN"}),
    MachineDoor(words="the image is named by a tag",
                open=lambda spec: spec.made.update(image="BY A TAG"),
                caught={"C12": "named by a tag"}),
    MachineDoor(words="the workspace has a network and a port",
                open=network("bridge"), caught={"N17": "network", "C11": "network"}),
    MachineDoor(words="the workspace's processes have no limit",
                open=lambda spec: spec.limits.pop("pids_limit"), caught={"L08": "5.29"}),
)  # fmt: skip
FOLDER_DOORS = (
    MachineDoor(words="a folder is open to everybody", caught={"D08": "outputs"}),
    MachineDoor(words="a secret can be read by others", caught={"D08": "can be read by others"}),
)
PORT_DOORS = (
    MachineDoor(words="a service publishes its port", caught={"L06": "publishes"}),
    MachineDoor(words="the engine listens on the network", caught={"L06": "listens"}),
)
WATCH_DOORS = (
    MachineDoor(
        words="nobody watches who may still work",
        caught={"D05": "still runs", "L02": "still runs", "L03": "still runs"},
    ),
)
MACHINE_DOORS = (*SPEC_DOORS, *FOLDER_DOORS, *PORT_DOORS, *WATCH_DOORS)
