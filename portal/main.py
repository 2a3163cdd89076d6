"""`uvicorn portal.main:app`: the portal as it runs."""

import logging

import structlog
from fastapi import FastAPI

from portal.app import create_app
from portal.settings import read_settings
from portal.wiring import real_parts


def running_app() -> FastAPI:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ]
    )
    # A line of the access log holds the address, and a link's address is its secret.
    logging.getLogger("uvicorn.access").disabled = True
    return create_app(real_parts(read_settings()))


def __getattr__(name: str) -> FastAPI:
    # Made when it is asked for, so that importing this module needs no settings.
    if name == "app":
        return running_app()
    raise AttributeError(name)
