"""The probes: what each tries from inside a workspace, and what it would mean if it worked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One attack on a workspace's isolation.

    Attributes:
        probe_id: As in the catalogue that Haven's isolation suite follows.
        tries: What it does.
        means: What an open door would mean for the data, in plain words.
    """

    probe_id: str
    tries: str
    means: str


PROBES = (
    Probe(probe_id="N01", tries="fetch a public web page by name",
          means="a notebook could post the data to any web site"),
    Probe(probe_id="N02", tries="connect to public addresses by number",
          means="a notebook could send data out without any name"),
    Probe(probe_id="N03", tries="connect to a public IPv6 address",
          means="a second internet protocol would be left open"),
    Probe(probe_id="N04", tries="ask the default resolver for a public name (A, AAAA, TXT)",
          means="data could leave inside the names that are asked for"),
    Probe(probe_id="N05", tries="ask a public resolver directly (UDP, TLS, HTTPS)",
          means="data could leave inside the names that are asked for"),
    Probe(probe_id="N09", tries="reach the host at each Docker network's gateway",
          means="services of the machine itself would be open to notebooks"),
    Probe(probe_id="N10", tries="reach the host by name and at its own addresses",
          means="services of the machine itself would be open to notebooks"),
    Probe(probe_id="N11", tries="ask the cloud's metadata service",
          means="a notebook could take on the machine's cloud identity"),
    Probe(probe_id="N12", tries="reach other containers and look for other network interfaces",
          means="researchers could reach each other's workspaces"),
    Probe(probe_id="N13", tries="reach hub, portal, gateway, proxy, database and store inside",
          means="a notebook could talk to the services that decide"),
    Probe(probe_id="D01", tries="change, delete, rename and re-own the dataset",
          means="a researcher could alter the data that others use"),
    Probe(probe_id="D02", tries="mount the dataset again as writable, or something over it",
          means="a researcher could alter the data that others use"),
    Probe(probe_id="D04", tries="find a dataset or folder of another project or person",
          means="people could read data that they were not granted"),
    Probe(probe_id="C01", tries="find the Docker engine's socket or port",
          means="a notebook could start containers of its own, with everything mounted"),
    Probe(probe_id="C02", tries="be root, or find a program that becomes root",
          means="a notebook could undo the limits of its container"),
    Probe(probe_id="C03", tries="hold kernel capabilities or be able to gain some",
          means="a notebook could undo the limits of its container"),
    Probe(probe_id="C04", tries="make system calls that containers should not",
          means="more of the kernel would be open to attack"),
    Probe(probe_id="S01", tries="find a secret in variables, processes and files",
          means="a notebook could act as one of Haven's services"),
    Probe(probe_id="S02", tries="find a token for the hub",
          means="a notebook could ask the hub about or for other people"),
)  # fmt: skip
BY_ID = {probe.probe_id: probe for probe in PROBES}
