#!/usr/bin/python3
"""The store is ready when it refuses a stranger: 403 comes from a gateway that has its identities."""

import sys
import urllib.error
import urllib.request

try:
    urllib.request.urlopen("http://127.0.0.1:8333/", timeout=4)
except urllib.error.HTTPError as refusal:
    sys.exit(0 if refusal.code == 403 else 1)
except OSError:
    sys.exit(1)
sys.exit("the store answers strangers")
