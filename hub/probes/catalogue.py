"""The probes: what each tries, what it would mean if it worked, and how it is known to notice.

Texts are for people who read a result, not for people who wrote the probe.
"""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a probe runs."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    HOST = "host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One attack on a workspace's isolation.

    Attributes:
        probe_id: As in the catalogue that Haven's isolation suite follows.
        place: In the workspace, at its front door, or on the machine.
        tries: What it does.
        means: What an open door would mean for the data, in plain words.
        control: The open door that it must find in the same run.
        tiers: The tiers it applies to.
    """

    probe_id: str
    place: Place
    tries: str
    means: str
    control: str
    tiers: tuple[str, ...] = ("browser", "pixel")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """A probe of the catalogue that cannot be made yet, since what it would probe is not there."""

    probe_id: str
    tries: str
    reason: str
    issue: str


_TWIN = "the same attempt in a twin of the workspace in which every door is open"


def _inside(probe_id: str, tries: str, means: str) -> Probe:
    return Probe(probe_id=probe_id, place=Place.INSIDE, tries=tries, means=means, control=_TWIN)


def _outside(probe_id: str, tries: str, means: str, control: str, *tiers: str) -> Probe:
    return Probe(probe_id=probe_id, place=Place.OUTSIDE, tries=tries, means=means, control=control,
                 tiers=tiers or ("browser", "pixel"))  # fmt: skip


def _host(probe_id: str, tries: str, means: str, control: str) -> Probe:
    return Probe(probe_id=probe_id, place=Place.HOST, tries=tries, means=means, control=control)


_SEND = "a notebook could send the data out"
_NAMES = "data could leave inside the names that are asked for"
_HOST = "services of the machine itself would be open to notebooks"
_ALTER = "a researcher could alter the data that others use"
_UNDO = "a notebook could undo the limits of its container"
_WRONG = "a container that is set up wrongly on purpose, looked at the same way"

NETWORK = (
    _inside("N01", "fetch a public web page by name", "a notebook could post the data to any site"),
    _inside("N02", "connect to public addresses by number", _SEND),
    _inside("N03", "connect to a public IPv6 address", "a second internet protocol would be open"),
    _inside("N04", "ask the default resolver for a public name (A, AAAA, TXT)", _NAMES),
    _inside("N05", "ask a public resolver directly (UDP, TLS, HTTPS)", _NAMES),
    _inside("N06", "ask Docker's own resolver for a name that nobody asked before", _NAMES),
    _inside("N07", "ask for names as long as they may be, as tunnels do", _NAMES),
    _inside("N08", "send ICMP, UDP, QUIC, SCTP and raw packets", _SEND),
    _inside("N09", "reach the host at each Docker network's gateway", _HOST),
    _inside("N10", "reach the host by name and at its own addresses", _HOST),
    _inside("N11", "ask the cloud's metadata service",
            "a notebook could take on the machine's cloud identity"),
    _inside("N12", "reach other workspaces and containers, and look for other network interfaces",
            "researchers could reach each other's workspaces"),
    _inside("N13", "reach hub, portal, gateway, proxy, database and store inside",
            "a notebook could talk to the services that decide"),
    _inside("N14", "ask everything that listens in the workspace to pass a request on, as one asks "
            "a proxy", "whoever answers would be a way out"),
    _inside("N15", "go round or find a web proxy with plain sockets", _SEND),
    _inside("N16", "use git, ssh, rsync and mail ports", _SEND),
    _host("N17", "connect to the workspace from the machine and from its network",
          "there would be a way in besides the gateway", _WRONG),
)  # fmt: skip
PACKAGES = (
    _inside(
        "P02", "get a package that is not on the list", "code that nobody looked at would come in"
    ),
    _inside(
        "P03",
        "put a package onto the mirror",
        "a notebook could pass the data to others as a package",
    ),
    _inside(
        "P04",
        "ask the mirror for names, addresses and hosts that carry data",
        "data would leave if the mirror passed them on",
    ),
    _inside(
        "P05",
        "get a name that looks like one on the list, or a file that runs code when it is built",
        "a package that somebody planted could be installed by mistake",
    ),
)
DATA = (
    _inside("D01", "change, delete, rename and re-own the dataset", _ALTER),
    _inside("D02", "mount the dataset again as writable, or something over it", _ALTER),
    _inside("D03", "leave the container's folders by links, `..` and other processes' roots",
            "files of the machine could be read"),
    _inside("D04", "find a dataset or folder of another project or person",
            "people could read data that they were not granted"),
    _outside("D05", "keep working after the dataset was taken away from the project",
             "data that was withdrawn could still be read",
             "a workspace whose grant still holds must be found running"),
    _inside("D06", "read what another person put into their output folder or home",
            "unchecked outputs would pass between people"),
    _inside("D07", "read or write another project's folder, or the project's inputs",
            "data would pass between projects"),
    _host("D08", "look for folders, secrets and sockets that more people can open than should",
          "whoever has an account on the machine could read data or keys",
          "folders that are open on purpose, looked at the same way"),
)  # fmt: skip
CONTAINER = (
    _inside("C01", "find the Docker engine's socket or port",
            "a notebook could start containers of its own, with everything mounted"),
    _inside("C02", "be root, or find a program that becomes root", _UNDO),
    _inside("C03", "hold kernel capabilities or be able to gain some, in any process", _UNDO),
    _inside("C04", "make system calls that a workspace should not",
            "more of the kernel would be open to attack"),
    _inside("C05", "see other people's processes and their variables",
            "secrets of other processes could be read"),
    _inside("C06", "find devices and the kernel's hidden files",
            "disks or memory of the machine could be read"),
    _inside("C07", "use more memory, cores, processes and disk than the workspace has",
            "one person could stop everybody's work"),
    _inside("C08", "write to the system's folders, or run a program from /tmp",
            "what runs could be changed for good"),
    _inside("C09", "load a kernel module, or tell the kernel to run a program",
            "a notebook could take over the machine"),
    _host("C10", "ask for the machine's folders when starting a workspace",
          "a researcher could mount whatever they like", _WRONG),
    _host("C11", "ask for an image, variables and a network when starting a workspace",
          "a researcher could choose what runs, and how freely", _WRONG),
    _host("C12", "look for an image that is not the approved one, by its content",
          "a changed image could run unnoticed", _WRONG),
)  # fmt: skip
SECRETS = (
    _inside("S01", "find a secret in variables, processes and files",
            "a notebook could act as one of Haven's services"),
    _inside("S02", "find a token for the hub",
            "a notebook could ask the hub about or for other people"),
    _outside("S03", "use elsewhere what reached the workspace",
             "what a notebook can see would open other doors",
             "the person's own session must open their own page", "browser"),
    _inside("S04", "write answers that only the output checker may write",
            "a notebook could claim that a file was approved"),
    _inside("S05", "make the workspace's server read settings of one's own",
            "its protections could be switched off"),
    _outside("S06", "put another server in place of JupyterLab and note what reaches it",
             "a notebook could steal sessions and act as its person elsewhere",
             "the same server, asked without the gateway, must note what it is sent", "browser"),
)  # fmt: skip
BROWSER = (
    _outside("J01", "fetch files, exports and listings by their addresses",
             "files would leave without being checked",
             "the page that people work with must open"),
    _outside("J02", "find download and export commands on JupyterLab's page",
             "files would leave by a press of a button",
             "the same search on a page without Haven's settings", "browser"),
    _outside("J03", "open a terminal, or somebody's kernel from another account or another site",
             "another person could run code where the data is",
             "the own kernel's channel must open", "browser"),
    _outside("J04", "print more than anybody reads, at once and one line after the other",
             "a dataset would leave on the screen, faster than anybody notices",
             "an ordinary line must be shown", "browser"),
    _outside("J05", "reach other ports and hosts through the workspace's address",
             "the gateway would pass to anything that listens",
             "the page that people work with must open"),
    _outside("J06", "open a workspace with another person's account, a token in the address, a "
             "borrowed cookie, or after signing out", "people could open each other's workspaces",
             "the own session must open the own workspace"),
    _outside("J07", "call the workspace from another site, or without its form key",
             "a web page elsewhere could act as its visitor",
             "the same call from Haven's own pages must work", "browser"),
    _outside("J08", "find a page without the protections that browsers enforce, or let the "
             "workspace set them", "a notebook's page could act as the person in front of it",
             "the same look at the workspace's answer before the gateway", "browser"),
    _outside("J09", "upload more than may come in, or without being counted",
             "files would come in past the people who check what comes in",
             "an ordinary save must work and be counted", "browser"),
    _outside("J10", "send messages that are too large once unpacked, or in an unknown protocol",
             "one browser could stop the gateway for everybody",
             "an ordinary message must be answered", "browser"),
    _outside("J11", "copy a text in a workspace that is shown as a screen and listen for it; put "
             "one in where none may come in", "text would leave without being checked",
             "a screen with one setting changed must give its clipboard away, and take a text"),
)  # fmt: skip
ACCESS = (
    _outside("L02", "keep working after the project's last day, and start again",
             "people could work on without permission",
             "a workspace whose project goes on must be found running"),
    _outside("L03", "keep working after being taken off the project, and start again",
             "people could work on without permission",
             "a workspace whose person is still a member must be found running"),
    _host("L06", "look for ports of Haven or the engine that are open to the network",
          "there would be ways in besides the front door",
          "a port that is opened for the look must be found"),
    _host("L08", "look for containers with more rights than they need, an engine that is too old, "
          "and cookies that other sites or scripts can use",
          "a fault in one service would spread", _WRONG),
)  # fmt: skip
PROBES = (*NETWORK, *PACKAGES, *DATA, *CONTAINER, *SECRETS, *BROWSER, *ACCESS)
BY_ID = {probe.probe_id: probe for probe in PROBES}

NOT_YET = (
    NotYet(probe_id="P01", tries="install a package that is on the list, with pip",
           reason="no way out but what the others are held against; the suite installs one",
           issue="9"),
    NotYet(probe_id="L01", tries="sign in without a second factor, or with a shared account",
           reason="the suite tries it at sign-in; no probe of an installation does yet", issue="9"),
    NotYet(probe_id="L04", tries="sign in from an address that the project does not allow",
           reason="the suite tries it in an installation; no probe does yet", issue="9"),
    NotYet(probe_id="L05", tries="find a closed project's files; check its deletion certificate",
           reason="the suite closes projects; no probe of an installation does yet", issue="3"),
    NotYet(probe_id="L07", tries="find secrets in a backup, and restore the ledger from one",
           reason="there is no backup yet", issue="10"),
)  # fmt: skip
