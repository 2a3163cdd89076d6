"""Write the API's description: `python -m portal.draw_api [FILE]`."""

import json
import sys
from pathlib import Path

from portal.api import describe

DEFAULT = Path(__file__).parents[1] / "docs" / "reference" / "openapi.json"


def as_text() -> str:
    return json.dumps(describe(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_text())


if __name__ == "__main__":
    main()
