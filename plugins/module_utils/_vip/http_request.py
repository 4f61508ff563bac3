# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""One HTTP request to a given address, and what came of it: never a proxy, never a name looked up."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import socket
import threading

try:
    from http.client import HTTPConnection, HTTPException

    STRICT = {}
except ImportError:  # Python 2 takes whatever comes for an answer, unless it is told not to
    from httplib import HTTPConnection, HTTPException

    STRICT = {"strict": True}

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import printable
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import owner

TIMEOUT = 2.0  # seconds for each step of a request
LONGEST = 10.0  # seconds for all of them: an answer can come in as many steps as whoever gives it likes
SERVED_BY = "X-Served-By"


class HttpError(Exception):
    """An option is wrong. The text is for the user."""


def look(request, longest=LONGEST):
    """What answers one request.

    :arg request: dict C(address), C(port), C(path), C(host) (the header, or C(None)).
    :arg longest: seconds that the head of the answer may take.
    :returns: dict C(address), C(port), C(path), C(status) (C(None) without an answer), C(served_by) (the header
        X-Served-By, C(None) without one) and C(error) (C(None) with an answer).
    :raises HttpError: a value cannot be used.
    """
    address = _checked(request["address"])
    told = {"address": address, "port": request["port"], "path": request["path"], "status": None, "served_by": None,
            "error": None}  # fmt: skip
    connection = HTTPConnection(address, request["port"], timeout=TIMEOUT, **STRICT)
    try:
        connection.request("GET", request["path"], headers={"Host": request["host"] or address, "Connection": "close"})
        with _cut_after(longest, connection.sock):
            answer = connection.getresponse()
        told["status"] = answer.status
        # Whoever answers may be nobody of ours, and what he says is shown.
        told["served_by"] = printable.printable(answer.getheader(SERVED_BY) or "")
    except (socket.error, HTTPException, ValueError) as error:
        told["error"] = printable.printable(str(error)) or type(error).__name__
    finally:
        connection.close()
    return told


@contextlib.contextmanager
def _cut_after(seconds, connected):
    """Ends what is read from a socket when the time is over, and raises HTTPException then."""
    over = threading.Event()

    def cut():
        over.set()
        try:
            connected.shutdown(socket.SHUT_RDWR)
        except (IOError, OSError):
            pass  # it has just ended by itself

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    late = HTTPException("it gave no whole answer within %g s" % seconds)
    try:
        yield
    except (socket.error, HTTPException, ValueError):
        # What a cut makes of the answer differs.
        if over.is_set():
            raise late
        raise
    finally:
        timer.cancel()
    if over.is_set():
        raise late


def _checked(text):
    try:
        return owner.parse_address(text)
    except owner.VipError as error:
        raise HttpError("http: %s" % str(error).split(": ", 1)[-1])
