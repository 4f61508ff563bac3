# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The request, and the verdict on whatever bytes come back, however they are cut."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import random

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import printable
from ansible_collections.hotstandby.vrrp.plugins.module_utils._probe import request

# As nginx 1.22.1 sends it.
NGINX = (
    b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 22:22:41 GMT\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Length: 8\r\nConnection: close\r\nX-Served-By: app1\r\n\r\n"
    b"welcome\n"
)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nwel\r\n4\r\ncome\r\n0\r\n\r\n"


def check(**changes):
    """Return an HttpCheck with CHANGES to the defaults."""
    options = {
        "authority": "192.0.2.10",
        "path": "/",
        "host_header": None,
        "expected_status": [200],
        "expected_body": None,
        "served_by_header": "X-Served-By",
    }
    options.update(changes)
    return request.HttpCheck(**options)


def judge(data, step=None, **changes):
    """Return (over, verdict, served_by) after feeding DATA in pieces of STEP bytes."""
    response = check(**changes).response()
    for start in range(0, len(data), step or len(data) or 1):
        response.feed(data[start: start + (step or len(data))])
    return response.over, response.verdict(), response.served_by


def test_request_line_and_host():
    lines = check(path="/health?full=1").request.split(b"\r\n")
    assert lines[:2] == [b"GET /health?full=1 HTTP/1.1", b"Host: 192.0.2.10"]
    assert b"Connection: close" in lines
    assert lines[-2:] == [b"", b""]


def test_host_header_replaces_the_address():
    assert b"\r\nHost: www.example.com\r\n" in check(host_header="www.example.com").request


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "health"},
        {"path": ""},
        {"path": "/a b"},
        {"path": "/a\r\nX: y"},
        {"path": "/a\n"},
        {"path": "/a#b"},
        {"path": u"/\u00fc"},
        {"path": u"/\ud800"},
        {"host_header": ""},
        {"host_header": "a\r\nX: y"},
        {"served_by_header": "X Served"},
        {"served_by_header": "X-Served-By:"},
        {"served_by_header": ""},
        {"expected_status": []},
        {"expected_status": [200, 100]},
        {"expected_status": [600]},
    ],
)
def test_options_that_cannot_be_sent_are_refused_by_name(changes):
    with pytest.raises(request.ProbeError) as error:
        check(**changes)
    assert str(error.value).startswith(list(changes)[0] + ":")


@pytest.mark.parametrize("step", [None, 1, 2, 7])
@pytest.mark.parametrize("data", [NGINX, CHUNKED, NGINX.replace(b"\r\n", b"\n")])
def test_good_response_in_any_pieces(data, step):
    over, verdict, dummy = judge(data, step, expected_body="welcome")
    assert (over, verdict) == (True, None)


@pytest.mark.parametrize("data", [NGINX, CHUNKED])
def test_every_truncation_is_a_reset(data):
    for end in range(len(data)):
        # The last chunk is known by its size line; the trailer after it is not waited for.
        if data is CHUNKED and end >= len(data) - 2:
            continue
        assert judge(data[:end])[:2] == (False, "reset"), end


@pytest.mark.parametrize(
    "data, changes, over, verdict",
    [
        (b"HTTP/1.0 200 OK\r\n\r\nabc", {"expected_body": "bc"}, False, None),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", {"expected_status": [204]}, True, None),
        (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", {}, True, None),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + NGINX, {}, True, None),
        (NGINX.replace(b"200 OK", b"503 Service Unavailable"), {}, True, "bad_status"),
        (NGINX.replace(b"200 OK", b"503 Service Unavailable"), {"expected_status": [200, 503]}, True, None),
        (NGINX, {"expected_body": "goodbye"}, True, "bad_body"),
        (NGINX, {"expected_body": u"w\u00e9lcome"}, True, "bad_body"),
        (NGINX.replace(b"welcome", b"w\xc3\xa9lcom"), {"expected_body": u"w\u00e9l"}, True, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc", {}, True, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"a" * 65536, {}, True, None),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 65535, {}, False, None),
    ],
)
def test_verdicts(data, changes, over, verdict):
    assert judge(data, **changes)[:2] == (over, verdict)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200OK\r\n\r\n",
        b"HTTP/1.1 099 x\r\n\r\n",
        b"HTTP/1.1 \xff\xff\xff\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nname : x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 300,
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * request.HEAD_MAX,
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * request.HEAD_MAX + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_protocol_at_once(data):
    assert judge(data)[:2] == (True, "protocol")


@pytest.mark.parametrize(
    "value, name",
    [
        (b"app1", u"app1"),
        (b"  app1\t", u"app1"),
        (b"", None),
        (b"a\x00b\x1bc", u"a?b?c"),
        (b"caf\xc3\xa9", u"caf\u00e9"),
        (b"\xff", u"\ufffd"),
        (b"x" * 500, u"x" * printable.LONGEST),
        (b"one\r\n two", u"one two"),
        (b"one\r\nx-served-by: two", u"one"),
    ],
)
def test_served_by_is_printable_and_short(value, name):
    assert judge(b"HTTP/1.1 200 OK\r\nx-SERVED-by:" + value + b"\r\n\r\n")[2] == name


def test_head_and_body_are_bounded():
    response = check().response()
    for _unused in range(1000):
        response.feed(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    response.feed(b"HTTP/1.1 200 OK\r\n\r\n")
    for _unused in range(100):
        response.feed(b"a" * 65536)
    assert len(response._body) <= 2 * request.BODY_MAX
    assert response.over


def test_any_bytes_lead_to_a_verdict():
    chance = random.Random(3)
    verdicts = set()
    for _unused in range(3000):
        data = bytearray(chance.choice([NGINX, CHUNKED]))
        for _also_unused in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        verdicts.add(judge(bytes(data[: chance.randrange(len(data) + 1)]), chance.choice([None, 1, 5]))[1])
    assert {None, "protocol", "reset"} <= verdicts <= {None, "protocol", "reset", "bad_status"}
