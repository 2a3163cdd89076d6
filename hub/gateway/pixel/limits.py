"""What a workspace's screen may ask of the gateway, whoever wrote the program that answers."""

from typing import Final

# The largest desktop: 16 MiB of pixels, which is also the most that one update holds.
MAX_WIDTH: Final = 2560
MAX_HEIGHT: Final = 1600
MIN_WIDTH: Final = 320
MIN_HEIGHT: Final = 240
BYTES_PER_PIXEL: Final = 4

MAX_RECTANGLES: Final = 4096
MAX_CURSOR_SIDE: Final = 128
# Of those, how many may be something else than pixels.
MAX_DESCRIPTIONS: Final = 16
MAX_SCREENS: Final = 16
MAX_NAME_BYTES: Final = 4096
MAX_SECURITY_TYPES: Final = 16
# Text that the workspace offers is read past in pieces, and never kept.
MAX_CUT_TEXT_BYTES: Final = 1024 * 1024
SKIP_BYTES: Final = 16 * 1024

# What is read past costs time; more of it than any screen sends makes its connection wait.
DROPPED_BYTES_PER_SECOND: Final = 64 * 1024
DROPPED_BURST_BYTES: Final = 2 * MAX_CUT_TEXT_BYTES
DROPPED_MESSAGE_BYTES: Final = 1024

HANDSHAKE_SECONDS: Final = 5.0
# From a message's first byte to its last, and for the workspace to take what it is sent.
MESSAGE_SECONDS: Final = 10.0

FRAMES_PER_SECOND: Final = 30.0
# Ordinary work needs a tenth of it; what is painted to carry data gets no more.
BYTES_PER_SECOND: Final = 1024 * 1024
BURST_BYTES: Final = 3 * 1024 * 1024
# Frames on their way that the browser has not drawn yet.
FRAMES_AHEAD: Final = 2

# From the browser.
MAX_PASTE_BYTES: Final = 64 * 1024
MAX_INPUT_BYTES: Final = MAX_PASTE_BYTES + 16
INPUTS_PER_SECOND: Final = 1000
INPUT_BURST: Final = 2000
