"""Files of a re-run and those beside them, parsed where hostile bytes are."""

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import kinds, sandbox
from output_checker.disclosure.readers.artefacts import Document, Image


class SandboxReading:
    def document(self, name: str, content: bytes) -> Document | None:
        try:
            kind = kinds.kind_of(name)
            kinds.require_beginning(kind, content)
            return sandbox.SHARED.read(kind.name, content)
        except Unreadable:
            return None

    def pixels(self, content: bytes) -> bytes | None:
        try:
            parts = sandbox.SHARED.read("pixels", content).parts
        except Unreadable:
            return None
        artefact = parts[0].artefact if parts else None
        return artefact.content if isinstance(artefact, Image) else None
