"""What a notebook can do to a machine, on purpose or not: programs for a cell, bounded in time.

Each runs for SECONDS at most and leaves nothing that outlives its workspace, but for the files
that it says it writes in its person's own folders.
"""

SECONDS = 8

FORK_BOMB = f"""
import os, time
end = time.monotonic() + {SECONDS}
while time.monotonic() < end:
    try:
        os.fork()
    except OSError:
        time.sleep(0.001)
os._exit(0)
"""

MEMORY_BOMB = f"""
import time
end, kept = time.monotonic() + {SECONDS}, []
while time.monotonic() < end:
    kept.append(bytearray(64 * 1024**2))
"""

# The temporary file system up to its size, and the home folder by a bounded amount: its own limit,
# where the machine's file system has quotas, is another test's.
FULL_DISK = f"""
import os, time
end = time.monotonic() + {SECONDS}
for path, most in (("/tmp/full", 4096), (os.path.expanduser("~/full"), 512)):
    try:
        with open(path, "wb") as file:
            for _ in range(most):
                if time.monotonic() > end:
                    break
                file.write(bytes(1024**2))
    except OSError as error:
        print(type(error).__name__)
"""

PRINTED = f"""
import time
end, line = time.monotonic() + {SECONDS}, "x" * 1_000_000
for _ in range(10_000):
    if time.monotonic() > end:
        break
    print(line, flush=True)
"""

MANY_FILES = f"""
import os, time
end = time.monotonic() + {SECONDS}
for place in ("~/many", "/outputs/.haven"):
    folder = os.path.expanduser(place)
    os.makedirs(folder, exist_ok=True)
    for number in range(50_000):
        if time.monotonic() > end:
            break
        os.close(os.open(f"{{folder}}/{{number}}.json", os.O_CREAT | os.O_WRONLY))
"""

BUSY = f"""
import os, time
for _ in range(15):
    if os.fork() == 0:
        end = time.monotonic() + {SECONDS}
        while time.monotonic() < end:
            pass
        os._exit(0)
time.sleep({SECONDS})
"""

IN_A_CELL = {
    "a fork bomb": FORK_BOMB,
    "a memory bomb": MEMORY_BOMB,
    "a full disk": FULL_DISK,
    "10 GB printed": PRINTED,
    "100,000 files": MANY_FILES,
    "every core busy": BUSY,
}
