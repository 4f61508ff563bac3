# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check that keepalived runs, against servers that answer in all the ways there are: only silence is waited for."""

from __future__ import annotations

import contextlib
import pathlib
import shutil
import socket
import struct
import subprocess
import threading
import time

import pytest

SCRIPT = pathlib.Path(__file__).parents[3] / "roles/keepalived/files/check_nginx"
BASH = shutil.which("bash")
#: Seconds within which an answer counts as one at once, on a machine that has other things to do too.
AT_ONCE = 2.0

pytestmark = pytest.mark.skipif(BASH is None, reason="there is no bash, in which the check is written")


def check(port: int, *more: str) -> tuple[int, float]:
    """Its status, and how long it took."""
    began = time.monotonic()
    command = [BASH, "-eu", SCRIPT, str(port), "/health", "192.0.2.10", *more]
    done = subprocess.run(command, check=False, capture_output=True, timeout=30)
    return done.returncode, time.monotonic() - began


@contextlib.contextmanager
def server(act):
    """The port of a server that does this with the first connection, once it has got a request, and ends it then."""
    received = []

    def serve(listening):
        connection, _address = listening.accept()
        with connection:
            # bash writes line by line, and what is not read by the end would reset the connection.
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                request += connection.recv(4096)
            received.append(request)
            act(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1], received
        thread.join(20)


def says(text: bytes):
    """Answers, and keeps the connection until the other side ends it."""

    def act(connection):
        connection.sendall(text)
        with contextlib.suppress(ConnectionError):
            connection.recv(1)

    return act


def resets(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def late(connection):
    time.sleep(1.3)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


def test_nginx_that_is_well():
    with server(says(b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\nok\n")) as (port, received):
        assert check(port, "20")[0] == 0
    assert received[0].startswith(b"GET /health HTTP/1.0\r\nHost: 192.0.2.10\r\n")


def test_called_as_by_a_configuration_of_the_version_before():
    with server(says(b"HTTP/1.1 200 OK\r\n\r\n")) as (port, _received):
        assert check(port)[0] == 0


@pytest.mark.parametrize(
    "act",
    [
        says(b"HTTP/1.1 503 Service Unavailable\r\n\r\n"),
        says(b"HTTP/1.1 404 Not Found\r\n\r\n"),
        says(b"SSH-2.0 200 OK\r\n"),
        says(b"\n"),
        says(b"x" * 4096),
        lambda connection: None,
        lambda connection: connection.sendall(b"HTTP/1.1 200"),
        resets,
    ],
    ids=["503", "404", "another protocol", "an empty line", "no line at all", "closed", "cut short", "reset"],
)  # fmt: skip
def test_any_other_answer_is_a_failure_at_once(act):
    with server(act) as (port, _received):
        status, took = check(port, "20")
    assert status == 1
    assert took < AT_ONCE


def test_refusal_is_a_failure_at_once():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    status, took = check(port, "20")
    assert status == 1
    assert took < AT_ONCE


def test_answer_that_is_late_is_waited_for():
    with server(late) as (port, _received):
        status, took = check(port, "20")
    assert status == 0
    assert took >= 1.3


def test_silence_is_a_failure_after_its_time():
    with server(says(b"")) as (port, _received):
        status, took = check(port, "1.5")
    assert status == 1
    assert 1.5 <= took < 1.5 + AT_ONCE


def test_silence_is_one_after_a_second_for_the_version_before():
    with server(says(b"HTTP/1.1 ")) as (port, _received):
        status, took = check(port)
    assert status == 1
    assert took < 0.9 + AT_ONCE
