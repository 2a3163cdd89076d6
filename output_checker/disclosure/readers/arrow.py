"""Arrow as a reader's process needs it: without threads, in little memory."""

import os


def load() -> None:
    # The pool of its own reserves more memory than a reader has; before the first import.
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import pyarrow as pa

    pa.set_cpu_count(1)
