"""`carefhir serve`: the application on a socket, until it is told to stop; steps under way are finished first."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI
from prometheus_client.multiprocess import mark_process_dead

from carefhir.content.loading import own_folder
from carefhir.errors import BadInput, ServerUnfit, where
from carefhir.faces.web import definitions
from carefhir.faces.web.app import create_app
from carefhir.faces.web.bearer import FixedToken
from carefhir.faces.web.companion_settings import CompanionSettings
from carefhir.faces.web.hooks.client_tokens import FixedHookToken
from carefhir.faces.web.launch.registration import LaunchSettings
from carefhir.faces.web.log_lines import log_to_standard_error, service_log
from carefhir.faces.web.metrics import TOGETHER, counted_together, listening
from carefhir.faces.web.monitoring import Monitoring
from carefhir.faces.web.operating import OperatingSettings, RedisSettings
from carefhir.faces.web.remembering import REDIS_MISSING
from carefhir.faces.web.settings import EhrSettings, ServiceSettings
from carefhir.faces.web.stopping import GracefulServer
from carefhir.faces.web.tiny_ehr import PLACE, TinyEhr
from carefhir.faces.web.workers import WorkerWatch, end_with_parent
from carefhir.fhir.codec import decode_object
from carefhir.sandbox import Knobs, Sandbox, UnknownShape, shape, start
from carefhir.settings import Settings

DEMO_TOKEN = "demo"  # noqa: S105  it opens nothing but a sandbox on this machine
PEOPLE = ("team", "rosa", "earl", "kim")
EXAMPLE = "https://carefhir.org/fhir/sid/example"

Say = Callable[[str], None]


def serve(config: Path, say: Say) -> None:
    """Serves the EHRs of a file. Raises `BadInput` for settings that cannot be used, before anything listens."""
    settings = ServiceSettings.read(config)
    if settings.operating.redis is not None:
        _redis_answers(settings.operating.redis)
    app = create_app(settings)
    listener = _bound(settings.host, settings.port, "listen")
    workers = settings.operating.workers
    by = f" by {workers} workers" if workers > 1 else ""
    say(f"serving {', '.join(ehr.alias for ehr in settings.ehrs)} at {settings.address}{by}; stop it with Ctrl-C")
    if workers == 1:
        _run(app, settings.operating, listener)
    else:
        _watch(config, settings, listener, log=app.state.monitoring.log)


def _redis_answers(settings: RedisSettings) -> None:
    if find_spec("redis") is None:
        raise BadInput(REDIS_MISSING)
    from carefhir.faces.web.redis_store import checked  # it loads a package that only some need

    checked(settings)


def _watch(config: Path, settings: ServiceSettings, listener: socket.socket, log: structlog.stdlib.BoundLogger) -> None:
    """Keeps workers at work. Raises `ServerUnfit` where they end as soon as they begin."""
    log_to_standard_error()
    operating, apart = settings.operating, get_context("spawn")  # a fork would share what the application holds open
    with tempfile.TemporaryDirectory(prefix="carefhir-") as folder:
        os.environ[TOGETHER] = folder

        mark = _mark(config, settings)

        def begin() -> BaseProcess:
            worker = apart.Process(target=_work, args=(config, listener, mark))
            worker.start()
            return worker

        def forgotten(pid: int) -> None:
            mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]  # the library has no types there

        shown = listening(counted_together(folder), *operating.metrics_listen) if operating.metrics_listen else None
        watch = WorkerWatch(
            begin,
            operating.workers,
            stop_within=operating.stop_announced + operating.stop_within,
            log=log,
            ended=forgotten,
            stopping=listener.close,
        )
        log.info("serving", ehrs=len(settings.ehrs), release=definitions.VERSION)
        try:
            told = watch.run()
        finally:
            if shown is not None:
                shown.close()
        log.info("stopped")
    if not told:
        raise ServerUnfit("the service's workers end as soon as they begin: its log says why")


def _mark(config: Path, settings: ServiceSettings) -> str:
    """What tells these settings from all others: a worker that begins later must not work by other ones."""
    redis = settings.operating.redis
    secrets = (redis.url, redis.shared_key, redis.password) if redis else ()
    return hashlib.sha256(b"\0".join((config.read_bytes(), *(each.encode() for each in secrets)))).hexdigest()


def _work(config: Path, listener: socket.socket, mark: str) -> None:
    """A worker, in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the watch passes on what is meant
    end_with_parent()
    log_to_standard_error()
    try:
        settings = ServiceSettings.read(config)
        if _mark(config, settings) != mark:
            service_log().error("settings-changed")
            sys.exit(1)
        app = create_app(settings)
    except Exception as error:  # noqa: BLE001  Python would print its words
        service_log().error("fault", where=where(error))
        sys.exit(1)
    _run(app, replace(settings.operating, metrics_listen=None), listener, worker=True)


def serve_sandbox(port: int, say: Say, like: str = "") -> None:
    """Serves a sandbox of its own with the imaginary people, on this machine only; as a real server does, if one is
    named."""
    try:
        knobs = shape(like) if like else Knobs()
    except UnknownShape as error:
        raise BadInput(f"--like: {error}") from None
    listener = _bound("127.0.0.1", port, "--port")
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sandbox = Sandbox(knobs)
    sandbox.load([own_folder() / "examples" / f"Bundle-{name}.json" for name in PEOPLE])
    with start(sandbox) as running:
        app, nurse = sandbox_app(sandbox, address, running.base), example_of(sandbox, "Practitioner", "nurse")
        patient = example_of(sandbox, "Patient", "rosa")
        say(f"serving the sandbox at {address}/sandbox, its FHIR server at {running.base}; stop it with Ctrl-C")
        say(f"its own tiny EHR, from which carefhir is launched: open {address}{PLACE}")
        say(f"the token is {DEMO_TOKEN}, and {nurse} acts; try:")
        say(f"  curl -H 'Authorization: Bearer {DEMO_TOKEN}' {address}/sandbox/api/patients/{_id(patient)}/overview")
        _run(app, UNLIMITED, listener)


UNLIMITED = OperatingSettings(per_caller=None, failed_sign_ins=None)
"""Whoever tries a sandbox may ask as often as they like."""


@contextlib.contextmanager
def charts_at(sandbox: Sandbox, base: str, now: datetime, *, companion: str = "") -> Iterator[str]:
    """Serves a sandbox that runs already, on this machine only and at a free port, as it is at a moment: for whoever
    wants to look at what is on it; with a `companion` it is only read, and that is written. Gives the address of its
    tiny EHR."""
    listener = _bound("127.0.0.1", 0, "--port")
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = sandbox_app(sandbox, address, base, now=now, companion=companion)
    config = uvicorn.Config(app, access_log=False, log_config=None, server_header=False, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield address + PLACE
    finally:
        server.should_exit = True
        thread.join()


def sandbox_app(
    sandbox: Sandbox,
    address: str,
    base: str,
    *,
    framed_by: tuple[str, ...] = (),
    now: datetime | None = None,
    wall: Callable[[], float] = time.time,
    companion: str = "",
    records: Sandbox | None = None,
) -> FastAPI:
    """The service on one sandbox, with an EHR that launches it. `base` is where the sandbox answers; `framed_by` names
    further origins that may show the pages in a frame; `now` fixes the time of the steps; `wall` gives seconds since
    1970, by which launches and their tokens end. With a `companion` (its FHIR base) the sandbox is only read, and that
    is written; `records` is all that the sandbox holds, where it shows less."""
    whole = records or (sandbox.behaving() if companion else sandbox)
    tiny = TinyEhr(sandbox, address, base, framed_by=framed_by, wall=wall, records=whole)
    tiny.announce()
    settings = sandbox_settings(address, base, tiny.launch(), companion)
    nurse = example_of(whole, "Practitioner", "nurse")
    app = create_app(
        settings,
        bearers={"sandbox": FixedToken(DEMO_TOKEN, nurse)},
        hook_clients={} if companion else {"sandbox": FixedHookToken(DEMO_TOKEN)},
        now=now,
        wall=wall,
    )
    tiny.mount(app)
    return app


def sandbox_settings(
    address: str, base: str, launch: LaunchSettings | None = None, companion: str = ""
) -> ServiceSettings:
    """The settings of a service on one sandbox; with a companion, the token of a launch is for reading the sandbox."""
    beside = CompanionSettings(companion) if companion else None
    ehr = EhrSettings(
        "sandbox",
        "the EHR" if companion else "a sandbox",
        base,
        Settings(),
        passes_token_on=bool(companion),
        launch=launch,
        companion=beside,
    )
    return ServiceSettings(address, (ehr,), operating=UNLIMITED)


def example_of(sandbox: Sandbox, type_: str, name: str) -> str:
    """A record of the examples, by its name: `Type/ID`."""
    answer = sandbox.handle("GET", f"{type_}?identifier={EXAMPLE}%7C{name}")
    entries = decode_object(answer.body).get("entry", [])
    if len(entries) != 1:
        raise ServerUnfit(f"the sandbox has no {type_} of the examples")
    return f"{type_}/{entries[0]['resource']['id']}"


def _id(reference: str) -> str:
    return reference.partition("/")[2]


def _bound(host: str, port: int, key: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except (OSError, OverflowError):
        listener.close()
        raise BadInput(f"{key}: cannot be used, or is in use") from None
    return listener


def _run(app: FastAPI, operating: OperatingSettings, listener: socket.socket, *, worker: bool = False) -> None:
    """Serves until it is told to stop. No access log, for paths hold ids; no header of a proxy is believed by uvicorn:
    `proxies` does that."""
    log_to_standard_error()
    monitoring: Monitoring = app.state.monitoring
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=operating.stop_within,
    )
    server = GracefulServer(
        config, app.state.stopping, announced=operating.stop_announced, log=monitoring.log, worker=worker
    )
    metrics = monitoring.metrics.listen(*operating.metrics_listen) if operating.metrics_listen else None
    monitoring.log.info("serving", ehrs=len(monitoring.aliases), release=definitions.VERSION)
    try:
        server.run(sockets=[listener])
    finally:
        if metrics is not None:
            metrics.close()
