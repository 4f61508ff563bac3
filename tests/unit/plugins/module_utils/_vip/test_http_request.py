# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request to a real server on this machine, and to none."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import socket
import threading
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import printable
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import http_request


class Server(object):
    """Answers one request with the given bytes, and keeps what it was asked."""

    def __init__(self, answer):
        self._answer, self.asked = answer, b""
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(1)
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        connection = self._listening.accept()[0]
        self.asked = connection.recv(4096)
        connection.sendall(self._answer)
        connection.close()

    def close(self):
        """Waits until it has answered."""
        self._thread.join()
        self._listening.close()


def ask(answer, **changes):
    server = Server(answer)
    request = dict({"address": "127.0.0.1", "port": server.port, "path": "/health", "host": None}, **changes)
    told = http_request.look(request)
    server.close()
    return told, server


def test_answer():
    told, server = ask(b"HTTP/1.1 200 OK\r\nX-Served-By: app1\r\nContent-Length: 3\r\n\r\nok\n", host="192.0.2.10")
    assert told == {"address": "127.0.0.1", "port": server.port, "path": "/health", "status": 200,
                    "served_by": "app1", "error": None}  # fmt: skip
    assert b"GET /health HTTP/1.1" in server.asked
    assert b"Host: 192.0.2.10" in server.asked


def test_other_status_without_the_header():
    told, _server = ask(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    assert (told["status"], told["served_by"], told["error"]) == (404, None, None)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_no_http(answer):
    told, _server = ask(answer)
    assert told["status"] is None
    assert told["error"]


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Served-By: \x1b[2J" + b"x" * 500 + b"\r\nContent-Length: 0\r\n\r\n", "served_by"),
        (b"\x1b[2J" + b"x" * 500 + b"\r\n\r\n", "error"),
    ],
)
def test_what_a_stranger_says_steers_no_terminal(answer, key):
    told, _server = ask(answer)
    assert "[2J" in told[key]
    assert "\x1b" not in told[key]
    assert len(told[key]) <= printable.LONGEST


class Dripping(Server):
    """Sends a header without end, a byte at a time."""

    def _serve(self):
        connection = self._listening.accept()[0]
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Served-By: ")
        try:
            for _turn in range(100):
                connection.sendall(b"x")
                time.sleep(0.05)
        except (IOError, OSError):
            pass
        connection.close()


def test_answer_that_never_ends():
    server, begun = Dripping(b""), time.time()
    told = http_request.look({"address": "127.0.0.1", "port": server.port, "path": "/", "host": None}, longest=0.3)
    assert time.time() - begun < 3.0
    assert (told["status"], told["served_by"]) == (None, None)
    assert told["error"] == "it gave no whole answer within 0.3 s"
    server.close()


def test_nobody_listens():
    unused = socket.socket()
    unused.bind(("127.0.0.1", 0))
    port = unused.getsockname()[1]
    unused.close()
    told = http_request.look({"address": "127.0.0.1", "port": port, "path": "/", "host": None})
    assert told["status"] is None
    assert "refused" in told["error"]


def test_no_address():
    with pytest.raises(http_request.HttpError, match="http: .*is no IPv4 or IPv6 address"):
        http_request.look({"address": "app1", "port": 80, "path": "/", "host": None})
