"""How many wrong passwords or codes there may be, and for how long they count."""

from datetime import timedelta
from typing import Final

MAX_FAILURES: Final = 10
WINDOW: Final = timedelta(minutes=5)
TOO_MANY: Final = "Too many wrong passwords or codes. Wait five minutes, then try again."
