#!/usr/bin/python3
"""The store is ready when it refuses a stranger: only one that has its identities does."""

import sys
import urllib.error
import urllib.request
from http import HTTPStatus

try:
    urllib.request.urlopen("http://127.0.0.1:8333/", timeout=4)
except urllib.error.HTTPError as refusal:
    sys.exit(0 if refusal.code == HTTPStatus.FORBIDDEN else 1)
except OSError:
    sys.exit(1)
sys.exit("the store answers strangers")
