# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""Requests on a fixed schedule, many in flight, one thread: a non-blocking loop over sockets."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import collections
import errno
import math
import os
import resource
import select
import socket
import struct
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._probe.request import ProbeError

INTERVAL_MIN = 0.001
TIMEOUT_MAX = 60.0
DURATION_MAX = 3600.0

_CLOCK_MONOTONIC = 1
_STOP_CHECK = 0.1
_RECEIVE = 65536
_SPARE_FILES = 32

# Linger 0: close() sends RST and leaves no TIME_WAIT (socket(7), RFC 9293 section 3.10.4), neither here, where at 200
# connections a second the ephemeral ports would run out in 140 s, nor at the server, nor (for 120 s each) in the
# connection tracking of the firewalls between. The response has been read by then, so that nothing is lost.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

# The probing host's own shortage: says nothing about the service.
_LOCAL = (errno.EADDRNOTAVAIL, errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_REASONS = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EPIPE: "reset",
    errno.ETIMEDOUT: "timeout",
}


def _reason(code):
    """Return the reason for the failure of a connection with errno CODE.

    Everything not listed is what the kernel makes of ICMP errors and of routes that lead nowhere.
    """
    return _REASONS.get(code, "unreachable")


def monotonic_clock():
    """Return a function that returns the seconds of CLOCK_MONOTONIC (clock_gettime(2)); ProbeError if there is none.

    Python 2.7 has no time.monotonic; the wall clock would turn a step of NTP into an outage.
    """
    if hasattr(time, "monotonic"):
        return time.monotonic
    # Here, since a Python 3 without it can do without.
    import ctypes

    class Timespec(ctypes.Structure):
        _fields_ = (("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long))

    spec = Timespec()
    # Before glibc 2.17 it was in librt (clock_gettime(2)).
    for library in (None, "librt.so.1"):
        try:
            gettime = ctypes.CDLL(library, use_errno=True).clock_gettime
        except (AttributeError, OSError):
            continue
        if gettime(_CLOCK_MONOTONIC, ctypes.byref(spec)) == 0:
            break
    else:
        raise ProbeError("no monotonic clock: this Python has no time.monotonic, libc no clock_gettime; use Python 3")

    def clock():
        """Return the time of CLOCK_MONOTONIC in seconds."""
        gettime(_CLOCK_MONOTONIC, ctypes.byref(spec))
        return spec.tv_sec + spec.tv_nsec * 1e-9

    return clock


class Target:
    """Where to connect to."""

    def __init__(self, address, port):
        """Resolve the literal ADDRESS (IPv4, IPv6, IPv6%interface) and PORT; ProbeError if they are none."""
        if not 1 <= port <= 65535:
            raise ProbeError("port: %d: use 1 to 65535" % port)
        self.family = self._family(address)
        try:
            self.sockaddr = socket.getaddrinfo(
                address, port, self.family, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST
            )[0][4]
        except (socket.error, UnicodeError) as exc:
            raise ProbeError("address: %s cannot be used here: %s; check the interface behind %%" % (address, exc))
        plain = address.partition("%")[0]
        if self.family == socket.AF_INET6 and not self.sockaddr[3] and self._link_local(plain):
            raise ProbeError("address: %s is link-local: add the interface, as in %s%%eth0" % (address, plain))
        host = "[%s]" % plain if self.family == socket.AF_INET6 else plain
        # The default port is left out, as browsers do (RFC 9110 section 4.2.1, RFC 3986 section 6.2.3).
        self.authority = host if port == 80 else "%s:%d" % (host, port)

    @staticmethod
    def _family(address):
        """Return the address family of the literal ADDRESS; ProbeError for a name or a shortened form."""
        for family, text in ((socket.AF_INET, address), (socket.AF_INET6, address.partition("%")[0])):
            try:
                socket.inet_pton(family, text)
            except (socket.error, TypeError, ValueError):
                continue
            return family
        raise ProbeError(
            "address: %r is not an IPv4 or IPv6 address; a name is not resolved, as that would be measured" % address
        )

    @staticmethod
    def _link_local(address):
        """Return whether the IPv6 literal ADDRESS is in fe80::/10 (RFC 4291 section 2.5.6)."""
        first = bytearray(socket.inet_pton(socket.AF_INET6, address))[:2]
        return first[0] == 0xFE and first[1] & 0xC0 == 0x80


class Schedule:
    """When requests begin, and how long each may take (seconds)."""

    def __init__(self, interval, timeout, duration):
        """Check the three times, and that this process may have so many connections; ProbeError otherwise."""
        # Written so that NaN, which compares false with everything, is refused too.
        for name, value, least, most in (
            ("interval", interval, INTERVAL_MIN, DURATION_MAX),
            ("timeout", timeout, INTERVAL_MIN, TIMEOUT_MAX),
            ("duration", duration, INTERVAL_MIN, DURATION_MAX),
        ):
            if not least <= value <= most:
                raise ProbeError("%s: %s s: use %g to %g s" % (name, value, least, most))
        self.interval = interval
        self.timeout = timeout
        self.duration = duration
        self.slots = int(math.ceil(duration / interval - 1e-6))
        self.in_flight = int(math.ceil(timeout / interval - 1e-6)) + 1
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if files not in (resource.RLIM_INFINITY, -1) and self.in_flight + _SPARE_FILES > files:
            raise ProbeError(
                "timeout %g s at an interval of %g s can need %d connections at once, but this process may open %d "
                "files: shorten timeout, lengthen interval or raise the limit (ulimit -n)"
                % (timeout, interval, self.in_flight, files)
            )


class RunFiles:
    """The two files by which a playbook and a probe in the background know of each other; either can be None."""

    def __init__(self, progress_file, stop_file):
        """Check both paths; ProbeError for one that is not absolute, lies in no directory, or exists already."""
        self._progress_file = progress_file
        self._stop_file = stop_file
        self._announced = False
        for name, path in (("progress_file", progress_file), ("stop_file", stop_file)):
            if path is None:
                continue
            if not os.path.isabs(path) or not os.path.isdir(os.path.dirname(path)):
                raise ProbeError("%s: %s: use an absolute path in a directory that exists" % (name, path))
            if os.path.lexists(path):
                raise ProbeError(
                    "%s: %s exists already: another probe uses it, or one was killed; use a name of its own for each "
                    "run, or remove it" % (name, path)
                )
        if progress_file is not None and progress_file == stop_file:
            raise ProbeError("progress_file and stop_file are both %s: use two names" % progress_file)

    def announce(self):
        """Create the progress file, empty, if one is asked for; ProbeError if that is impossible."""
        if self._progress_file is None:
            return
        # Before it is there: a signal may come in between, and then it must go too.
        self._announced = True
        try:
            # O_EXCL also refuses a symbolic link that somebody has put there meanwhile (open(2)).
            os.close(os.open(self._progress_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as exc:
            self._announced = False
            raise ProbeError("progress_file: cannot create %s: %s" % (self._progress_file, exc.strerror))

    @property
    def stoppable(self):
        """Whether there can be a stop file at all."""
        return self._stop_file is not None

    def stop_wanted(self):
        """Return whether the stop file is there."""
        return self._stop_file is not None and os.path.lexists(self._stop_file)

    def remove(self):
        """Remove both files, the progress file only if it is ours; return texts on what could not be removed."""
        problems = []
        for path in (self._progress_file if self._announced else None, self._stop_file):
            try:
                if path is not None:
                    os.unlink(path)
            except OSError as exc:
                if exc.errno != errno.ENOENT:
                    problems.append("cannot remove %s: %s; remove it before the next run" % (path, exc.strerror))
        return problems


class _Request:
    """One request in flight, or finished and waiting for an older one."""

    __slots__ = ("sock", "fd", "started", "connected", "unsent", "response", "over", "known", "reason", "latency")

    def __init__(self, sock, started, check):
        """Take over SOCK, connecting since STARTED (clock seconds), for CHECK (HttpCheck; None: connecting is all)."""
        self.sock = sock
        self.fd = sock.fileno()
        self.started = started
        self.connected = False
        self.unsent = check.request if check else b""
        self.response = check.response() if check else None
        self.over = False
        self.known = True
        self.reason = None
        self.latency = None


class Loop:
    """Probes TARGET by SCHEDULE into TIMELINE; to be run once."""

    def __init__(self, target, check, schedule, timeline, files):
        """Take Target, HttpCheck (None: TCP only), Schedule, Timeline and RunFiles."""
        self._target = target
        self._check = check
        self._schedule = schedule
        self._timeline = timeline
        self._files = files
        self._clock = monotonic_clock()
        self._epoll = None
        self._by_fd = {}
        # In order of their start, which with one timeout for all is also the order in which they expire.
        self._window = collections.deque()
        self._slot = 0
        self._begin = None
        self._end = None
        self._next_stop_check = None
        self._blind_until = None
        self._probing = True
        self._succeeded = False
        self.local_errors = {}

    def run(self):
        """Probe until the end; return (Unix time of the begin, seconds during which requests were begun).

        Ends at the latest one timeout after the schedule's end. ProbeError if no request could be made at all.
        """
        self._epoll = select.epoll()
        try:
            started = time.time()
            self._begin = self._blind_until = self._clock()
            self._end = self._begin + self._schedule.duration
            self._next_stop_check = self._begin
            while True:
                wake = self._next_event()
                if wake is None:
                    break
                ready = self._wait(wake - self._clock())
                now = self._clock()
                if now - wake > self._schedule.timeout / 2:
                    self._blind_until = now
                # Answers first: one that came while we were late has come.
                for fd in ready:
                    self._advance(self._by_fd[fd])
                self._expire(now)
                self._keep_schedule()
        finally:
            for request in self._by_fd.values():
                request.sock.close()
            self._epoll.close()
        if self.local_errors and not self._timeline.sent:
            raise ProbeError("this host could not begin a single connection: %s" % self.describe_local_errors())
        return started, self._end - self._begin

    def describe_local_errors(self):
        """Return a text on the slots lost to this host's own shortages, None if there were none."""
        if not self.local_errors:
            return None
        return ", ".join("%s (%d times)" % (os.strerror(code), n) for code, n in sorted(self.local_errors.items()))

    def _next_event(self):
        """Return the clock time of the next slot, expiry, end or look at the stop file; None when all is over."""
        events = [self._window[0].started + self._schedule.timeout] if self._window else []
        if self._probing:
            events.append(self._due(self._slot) if self._slot < self._schedule.slots else self._end)
            if self._files.stoppable:
                events.append(self._next_stop_check)
        return min(events) if events else None

    def _due(self, slot):
        """Return the clock time of SLOT."""
        return self._begin + slot * self._schedule.interval

    def _wait(self, seconds):
        """Wait SECONDS at most; return the file descriptors that are ready.

        epoll_wait(2) and poll(2) count in milliseconds, which is too coarse for a schedule of milliseconds; select(2)
        on the one descriptor of epoll waits by the microsecond.
        """
        try:
            if not select.select([self._epoll.fileno()], [], [], max(0.0, seconds))[0]:
                return []
            return [fd for fd, dummy in self._epoll.poll(0)]
        except (select.error, IOError) as exc:
            # Python 2.7 does not go on by itself after SIGSTOP and SIGCONT (signal(7)).
            if exc.args[0] != errno.EINTR:
                raise
            return []

    def _keep_schedule(self):
        """Begin the newest request that is due; the ones due before it are lost to our own lateness."""
        if not self._probing:
            return
        now = self._clock()
        if self._files.stoppable and now >= self._next_stop_check:
            self._next_stop_check = now + _STOP_CHECK
            if self._files.stop_wanted():
                self._end = min(now, self._end)
                self._probing = False
                return
        if self._slot < self._schedule.slots and now >= self._due(self._slot):
            self._timeline.late(now - self._due(self._slot))
            newest = min(self._schedule.slots - 1, max(self._slot, int((now - self._begin) / self._schedule.interval)))
            usable = now < self._end and len(self._window) < self._schedule.in_flight
            self._timeline.skip(newest - self._slot + (0 if usable else 1))
            self._slot = newest + 1
            if usable:
                self._launch()
        if now >= self._end:
            self._probing = False

    def _launch(self):
        """Begin one request; a shortage of this host's own makes it a skipped one."""
        started = self._clock()
        try:
            sock = socket.socket(self._target.family, socket.SOCK_STREAM)
        except socket.error as exc:
            if exc.errno not in _LOCAL:
                raise ProbeError("cannot open a socket for %s: %s" % (self._target.sockaddr[0], exc.strerror))
            self._lack(exc.errno)
            return
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        code = sock.connect_ex(self._target.sockaddr)
        if code in _LOCAL:
            sock.close()
            self._lack(code)
            return
        request = _Request(sock, started, self._check)
        self._window.append(request)
        self._by_fd[request.fd] = request
        if code in (0, errno.EINPROGRESS):
            self._epoll.register(request.fd, select.EPOLLOUT)
        else:
            self._finish(request, _reason(code))

    def _lack(self, code):
        """Count a slot lost to the local error CODE."""
        self.local_errors[code] = self.local_errors.get(code, 0) + 1
        self._timeline.skip()

    def _advance(self, request):
        """Do what the readiness of REQUEST's socket allows: find it connected, send, or receive."""
        try:
            if not request.connected:
                code = request.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if code:
                    self._finish(request, _reason(code))
                    return
                request.connected = True
                if request.response is None:
                    self._finish(request)
                    return
            if request.unsent:
                request.unsent = request.unsent[request.sock.send(request.unsent):]
                if not request.unsent:
                    self._epoll.modify(request.fd, select.EPOLLIN)
                return
            data = request.sock.recv(_RECEIVE)
        except socket.error as exc:
            if exc.errno not in (errno.EAGAIN, errno.EINTR):
                self._finish(request, _reason(exc.errno))
            return
        if not data or request.response.feed(data):
            self._finish(request, request.response.verdict())

    def _expire(self, now):
        """End the requests whose time was over at NOW; hand on what is finished in order of start."""
        while self._window and self._window[0].started + self._schedule.timeout <= now:
            # Who was not looked at for half of its time has not been measured.
            self._window[0].known = self._window[0].started >= self._blind_until
            self._finish(self._window[0], "timeout")

    def _finish(self, request, reason=None):
        """Close REQUEST, ended for REASON (None: well), and hand on all finished ones that no older one holds back."""
        ended = self._clock()
        request.reason = reason
        request.latency = ended - request.started
        request.over = True
        del self._by_fd[request.fd]
        request.sock.close()
        request.sock = None
        if reason is None:
            self._timeline.completed(ended - self._begin)
            if not self._succeeded:
                self._succeeded = True
                self._files.announce()
        while self._window and self._window[0].over:
            oldest = self._window.popleft()
            if oldest.known:
                served_by = oldest.response.served_by if oldest.response else None
                self._timeline.add(oldest.started - self._begin, oldest.reason, served_by, oldest.latency)
            else:
                self._timeline.skip()
