"""The portal as it runs, in a process of its own, over a database that is there already.

usage: python -m benchmarks.review.serving PORT   (settings in the environment)
"""

import sys

import uvicorn

if __name__ == "__main__":
    uvicorn.run(
        "portal.main:app",
        host="127.0.0.1",
        port=int(sys.argv[1]),
        access_log=False,
        server_header=False,
        log_level="warning",
    )
