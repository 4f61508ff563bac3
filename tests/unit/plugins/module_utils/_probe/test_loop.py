# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop against real sockets on loopback: a service decides by the number of the connection what it does."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import errno
import os
import resource
import socket
import stat
import struct
import threading
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._probe import (
    loop as _loop,
    request as _request,
    timeline as _timeline,
)

RESET = struct.pack("ii", 1, 0)


def answer(name, status=b"200 OK"):
    """Return a response of host NAME."""
    return b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\nX-Served-By: " + name + b"\r\n\r\nok"


class Service:
    """A TCP service on loopback; BEHAVE(number of the connection) returns bytes to answer, or what else to do."""

    def __init__(self, behave, family=socket.AF_INET):
        """Listen, and serve in a thread."""
        self._behave = behave
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        self._listener.listen(1024)
        self.port = self._listener.getsockname()[1]
        self._held = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.daemon = True
        self._thread.start()

    def _serve(self):
        """Serve one connection after the other until a connection says b"end"."""
        number = 0
        while True:
            connection = self._listener.accept()[0]
            try:
                request = connection.recv(4096)
                if request == b"end":
                    return
                if not request:
                    connection.close()
                    continue
                number += 1
                response = self._behave(number)
                if response == "hold":
                    self._held.append(connection)
                    continue
                if response == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                elif response != "close":
                    connection.sendall(response)
                    connection.shutdown(socket.SHUT_WR)
            except socket.error:
                pass
            connection.close()

    def stop(self):
        """Stop serving and listening."""
        with contextlib.closing(socket.socket(self._listener.family, socket.SOCK_STREAM)) as last:
            last.connect(self._listener.getsockname())
            last.sendall(b"end")
            self._thread.join()
        for connection in self._held + [self._listener]:
            connection.close()


def probe(port, duration=0.3, interval=0.01, timeout=2.0, http=True, address="127.0.0.1", files=None, **expected):
    """Run a probe; return (result, loop)."""
    target = _loop.Target(address, port)
    options = {"expected_status": [200], "expected_body": None}
    options.update(expected)
    check = None
    if http:
        check = _request.HttpCheck(target.authority, "/", None, served_by_header="X-Served-By", **options)
    timeline = _timeline.Timeline()
    schedule = _loop.Schedule(interval, timeout, duration)
    loop = _loop.Loop(target, check, schedule, timeline, files or _loop.RunFiles(None, None))
    started, lasted = loop.run()
    return timeline.result(started, lasted, interval), loop


def serve_and_probe(behave, family=socket.AF_INET, **options):
    """Probe a Service that does BEHAVE; return the result."""
    service = Service(behave, family)
    try:
        return probe(service.port, **options)[0]
    finally:
        service.stop()


def closed_port():
    """Return a loopback port on which nobody listens."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_clock_is_the_monotonic_one():
    clock = _loop.monotonic_clock()
    with open("/proc/uptime") as uptime:
        # Both count from boot; they differ by the time the machine was suspended, and in a container's time namespace.
        since_boot = float(uptime.read().split()[0])
    assert 0 < clock() <= since_boot + 60
    readings = [clock() for dummy in range(1000)]
    assert readings == sorted(readings)
    assert readings[0] < readings[-1]


@pytest.mark.parametrize(
    "address, port, authority",
    [
        ("192.0.2.10", 80, "192.0.2.10"),
        ("192.0.2.10", 8080, "192.0.2.10:8080"),
        ("2001:db8::10", 80, "[2001:db8::10]"),
        ("2001:db8::10", 8080, "[2001:db8::10]:8080"),
        ("fe80::1%lo", 80, "[fe80::1]"),
    ],
)
def test_authority_of_the_target(address, port, authority):
    assert _loop.Target(address, port).authority == authority


@pytest.mark.parametrize(
    "address, port, option",
    [
        ("www.example.com", 80, "address"),
        ("127.1", 80, "address"),
        ("192.0.2.10/24", 80, "address"),
        ("192.0.2.10%lo", 80, "address"),
        ("", 80, "address"),
        ("192.0.2.10\x00", 80, "address"),
        (u"\u0661.0.0.1", 80, "address"),
        ("fe80::1", 80, "address"),
        ("fe80::1%nosuchinterface", 80, "address"),
        ("192.0.2.10", 0, "port"),
        ("192.0.2.10", 65536, "port"),
    ],
)
def test_no_target(address, port, option):
    with pytest.raises(_request.ProbeError) as error:
        _loop.Target(address, port)
    assert str(error.value).startswith(option + ":")


@pytest.mark.parametrize(
    "interval, timeout, duration, slots, in_flight",
    [(0.01, 0.2, 60, 6000, 21), (0.01, 0.2, 0.3, 30, 21), (0.1, 0.25, 0.25, 3, 4), (1.0, 0.2, 0.001, 1, 2)],
)
def test_schedule(interval, timeout, duration, slots, in_flight):
    schedule = _loop.Schedule(interval, timeout, duration)
    assert (schedule.slots, schedule.in_flight) == (slots, in_flight)


@pytest.mark.parametrize("option", ["interval", "timeout", "duration"])
@pytest.mark.parametrize("value", [0, -1, 0.0009, 3601, float("nan"), float("inf")])
def test_times_out_of_range_are_refused_by_name(option, value):
    times = {"interval": 0.01, "timeout": 0.2, "duration": 1}
    times[option] = value
    with pytest.raises(_request.ProbeError) as error:
        _loop.Schedule(**times)
    assert str(error.value).startswith(option + ":")


@contextlib.contextmanager
def files_limit(soft):
    """Set the limit of open files to SOFT and put it back afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_more_connections_than_files_are_refused():
    with files_limit(256):
        assert _loop.Schedule(0.01, 2.2, 1).in_flight == 221
        with pytest.raises(_request.ProbeError) as error:
            _loop.Schedule(0.01, 2.25, 1)
    assert "226 connections" in str(error.value)
    assert "256 files" in str(error.value)


@pytest.mark.parametrize(
    "progress, stop, text",
    [
        ("relative", None, "progress_file: relative: use an absolute path"),
        (None, "{0}/none/x", "stop_file: {0}/none/x: use an absolute path"),
        ("{0}/old", None, "progress_file: {0}/old exists already"),
        (None, "{0}/link", "stop_file: {0}/link exists already"),
        ("{0}/same", "{0}/same", "progress_file and stop_file are both {0}/same"),
    ],
)
def test_unusable_run_files(tmpdir, progress, stop, text):
    tmpdir.join("old").write("")
    os.symlink("nowhere", str(tmpdir.join("link")))
    with pytest.raises(_request.ProbeError) as error:
        _loop.RunFiles(*[path and path.format(tmpdir) for path in (progress, stop)])
    assert str(error.value).startswith(text.format(tmpdir))


def test_progress_file_is_private_and_removed(tmpdir):
    path = str(tmpdir.join("on"))
    files = _loop.RunFiles(path, None)
    files.announce()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert files.remove() == []
    assert not os.path.exists(path)


def test_progress_file_does_not_follow_a_link_and_leaves_it(tmpdir):
    path, elsewhere = str(tmpdir.join("on")), str(tmpdir.join("elsewhere"))
    files = _loop.RunFiles(path, None)
    os.symlink(elsewhere, path)
    with pytest.raises(_request.ProbeError) as error:
        files.announce()
    assert "cannot create" in str(error.value)
    assert files.remove() == []
    assert os.path.islink(path)
    assert not os.path.exists(elsewhere)


def test_stop_file_that_cannot_be_removed_is_told(tmpdir):
    files = _loop.RunFiles(None, str(tmpdir.join("stop")))
    assert not files.stop_wanted()
    tmpdir.join("stop").mkdir()
    assert files.stop_wanted()
    assert [str(tmpdir.join("stop")) in problem for problem in files.remove()] == [True]


@pytest.mark.parametrize("family, address", [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_service_without_fault(family, address):
    if family == socket.AF_INET6 and not os.path.exists("/proc/net/if_inet6"):
        pytest.skip("no IPv6 here")
    result = serve_and_probe(lambda number: answer(b"a"), family, address=address, expected_body="ok")
    assert result["outages"] == []
    assert result["requests"]["failed"] == 0
    assert result["requests"]["ok"] + result["requests"]["skipped"] == 30
    assert result["served_by"] == {"a": result["requests"]["ok"]}
    assert result["duration"] == pytest.approx(0.3)
    assert 0 < result["latency"]["min"] <= result["latency"]["median"] <= result["latency"]["max"]


@pytest.mark.parametrize(
    "behave, reason, options",
    [
        (lambda number: "hold", "timeout", {"timeout": 0.1}),
        (lambda number: "reset", "reset", {}),
        (lambda number: "close", "reset", {}),
        (lambda number: answer(b"a")[:-1], "reset", {}),
        (lambda number: answer(b"a", b"503 Unavailable"), "bad_status", {}),
        (lambda number: answer(b"a"), "bad_body", {"expected_body": "welcome"}),
        (lambda number: b"SSH-2.0-x\r\n", "protocol", {}),
    ],
)
def test_each_failure_has_its_reason(behave, reason, options):
    result = serve_and_probe(behave, **options)
    assert list(result["requests"]["by_reason"]) == [reason]
    assert result["requests"]["failed"] + result["requests"]["skipped"] == 30
    assert [(one["open"], one["reasons"]) for one in result["outages"]] == [(True, result["requests"]["by_reason"])]


@pytest.mark.parametrize("http", [True, False])
def test_nobody_listens(http):
    result = probe(closed_port(), http=http)[0]
    assert list(result["requests"]["by_reason"]) == ["refused"]
    assert result["requests"]["failed"] + result["requests"]["skipped"] == 30


@pytest.mark.parametrize(
    "code, reason",
    [
        (errno.EPIPE, "reset"),
        (errno.ETIMEDOUT, "timeout"),
        (errno.EHOSTUNREACH, "unreachable"),
        (errno.EACCES, "unreachable"),
    ],
)
def test_reason_of_an_errno(code, reason):
    assert _loop._reason(code) == reason


def test_tcp_is_content_with_the_connection():
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        result = probe(listener.getsockname()[1], http=False)[0]
    assert result["requests"]["ok"] + result["requests"]["skipped"] == 30
    assert result["requests"]["failed"] == 0
    assert result["served_by"] == {}


def test_outage_has_the_failed_samples_and_both_servers():
    def behave(number):
        return answer(b"a") if number <= 10 else "reset" if number <= 20 else answer(b"b")

    result = serve_and_probe(behave, duration=0.6)
    outage = result["outages"][0]
    assert len(result["outages"]) == 1
    assert (outage["failed"], outage["served_by_before"], outage["served_by_after"]) == (10, "a", "b")
    assert not outage["open"]
    assert outage["length"] == pytest.approx(outage["end"] - outage["start"], abs=2e-6)
    # Ten slots later at the earliest; each can be less than one interval late.
    assert outage["length"] > 0.09
    assert result["longest_gap"] > 0.09


def test_slow_answers_do_not_delay_the_schedule():
    # Each answer of a single-threaded service that is held up for ever; all starts keep to their slots.
    result = serve_and_probe(lambda number: "hold", duration=0.5, timeout=0.3)
    assert result["requests"]["sent"] > 50 - result["requests"]["skipped"] - 1
    assert result["outages"][0]["start"] < 0.3


def test_requests_are_ordered_by_start_not_by_end():
    # The second one fails last, by its timeout, when the others have long succeeded.
    result = serve_and_probe(lambda number: "hold" if number == 2 else answer(b"a"), duration=0.2, timeout=1.0)
    assert [one["ok"] for one in result["timeline"]] == [True, False, True]
    assert [one["count"] for one in result["timeline"]][:2] == [1, 1]


def test_ends_one_timeout_after_the_duration():
    clock = _loop.monotonic_clock()
    begin = clock()
    serve_and_probe(lambda number: "hold", duration=0.2, timeout=0.1)
    assert 0.2 <= clock() - begin < 0.2 + 0.1 + 0.5


def test_ends_in_time_whatever_the_interval():
    clock = _loop.monotonic_clock()
    begin = clock()
    result = serve_and_probe(lambda number: answer(b"a"), interval=60.0, duration=0.2, timeout=0.1)
    assert 0.2 <= clock() - begin < 0.2 + 0.1 + 0.5
    assert result["requests"]["sent"] == 1


def test_stop_file_ends_it(tmpdir):
    stop = tmpdir.join("stop")

    def behave(number):
        if number == 5:
            stop.write("")
        return answer(b"a")

    files = _loop.RunFiles(None, str(stop))
    result = serve_and_probe(behave, duration=60, files=files)
    assert 0.04 < result["duration"] < 10
    assert result["requests"]["ok"] >= 5
    assert files.remove() == []
    assert not stop.check()


def test_progress_file_comes_with_the_first_success(tmpdir):
    path = str(tmpdir.join("on"))
    seen = []

    def behave(number):
        seen.append(os.path.exists(path))
        return "reset" if number < 5 else answer(b"a")

    serve_and_probe(behave, duration=0.5, files=_loop.RunFiles(path, None))
    assert seen[:5] == [False] * 5
    assert seen[-1] is True


def test_leaves_no_closed_connections_behind():
    service = Service(lambda number: answer(b"a"))
    try:
        assert probe(service.port)[0]["requests"]["ok"] > 0
        with open("/proc/net/tcp") as table:
            states = [line.split()[3] for line in table if ":%04X " % service.port in line]
    finally:
        service.stop()
    # proc_net_tcp(5): 0A is LISTEN, 06 TIME_WAIT, 08 CLOSE_WAIT.
    assert states == ["0A"]


class Starving(_loop.RunFiles):
    """Takes the CPU away from the loop once, for a second, as soon as a request has succeeded."""

    def announce(self):
        """Stand still."""
        time.sleep(1.0)


@pytest.mark.parametrize("timeout", [0.1, 0.5])
def test_own_lateness_is_skipped_not_failed(timeout):
    result = serve_and_probe(lambda number: answer(b"a"), duration=1.5, timeout=timeout, files=Starving(None, None))
    requests = result["requests"]
    assert requests["failed"] == 0
    assert requests["skipped"] >= 98
    assert requests["ok"] + requests["skipped"] == 150
    assert result["resolution"]["late_max"] > 0.98
    assert result["outages"] == []


def test_answer_that_came_while_the_loop_stood_still_counts():
    answered = []

    def behave(number):
        if number == 1:
            # Slow at first, so that others are in flight when the loop stands still on the first success.
            time.sleep(0.2)
        answered.append(number)
        return answer(b"a")

    result = serve_and_probe(behave, duration=1.5, timeout=0.4, files=Starving(None, None))
    # Some twenty were in flight. The last of these may be sent only after the standstill, past its own timeout: it is
    # answered then, and yet unknown to the probe. Every slot is one or the other, and none has failed.
    assert len(answered) > 40
    assert result["requests"]["ok"] in (len(answered), len(answered) - 1)
    assert result["requests"]["ok"] + result["requests"]["skipped"] == 150
    assert result["requests"]["failed"] == 0


def test_request_not_looked_at_in_time_is_unknown():
    # Only the first is answered; the loop then stands still over the end of those begun meanwhile.
    result = serve_and_probe(
        lambda number: "hold" if number > 1 else answer(b"a"), interval=0.001, duration=0.5, timeout=0.3,
        files=Starving(None, None),
    )
    assert result["requests"]["by_reason"] == {}
    assert result["requests"]["skipped"] == 500 - result["requests"]["ok"]


class Exhausting(_loop.RunFiles):
    """Takes the file descriptors away from the loop as soon as a request has succeeded."""

    def announce(self):
        """Lower the limit below what is open."""
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def test_own_shortage_is_skipped_not_failed():
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        with files_limit(resource.getrlimit(resource.RLIMIT_NOFILE)[0]):
            result, loop = probe(listener.getsockname()[1], http=False, files=Exhausting(None, None))
    assert result["requests"]["failed"] == 0
    assert result["requests"]["skipped"] == 30 - result["requests"]["ok"] > 0
    assert list(loop.local_errors) == [errno.EMFILE]
    assert loop.describe_local_errors().startswith("Too many open files")
