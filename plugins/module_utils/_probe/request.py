# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""One HTTP/1.1 request as bytes, and the verdict on its response, byte by byte (RFC 9110, RFC 9112).

The server is not trusted: whatever it sends, the outcome is a verdict, in bounded memory.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import printable

HEAD_MAX = 16384
BODY_MAX = 65536

_CHUNK_LINE_MAX = 256
_TOKEN = re.compile(br"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_STATUS_LINE = re.compile(br"HTTP/1\.[0-9] ([1-9][0-9]{2})(?: [^\r\n]*)?\Z")
_STATUS_LINE_START = b"HTTP/1."
_HEAD_END = re.compile(br"\r?\n\r?\n")
_FOLD = re.compile(br"\r?\n[ \t]+")
_HEXADECIMAL = re.compile(br"[0-9A-Fa-f]{1,15}\Z")
_DECIMAL = re.compile(br"[0-9]{1,18}\Z")
_PATH = re.compile(br'/[!"$-~]*\Z')
_HOST = re.compile(br"[!-~]+\Z")


class ProbeError(Exception):
    """The probe cannot be done as asked; the text says what, where and what to do about it."""


class _Malformed(Exception):
    """The bytes are not an HTTP/1.x response."""


def _bytes(option, value):
    """Return the text VALUE of OPTION in UTF-8; ProbeError for text that has no such form."""
    try:
        return value if isinstance(value, bytes) else value.encode("utf-8")
    except UnicodeError:
        raise ProbeError("%s: %r cannot be written in UTF-8" % (option, value))


def _matching(option, value, pattern, advice):
    """Return the text VALUE of OPTION as bytes if PATTERN matches it, otherwise ProbeError with ADVICE."""
    raw = _bytes(option, value)
    if not pattern.match(raw):
        raise ProbeError("%s: %r cannot be sent in a request: %s" % (option, value, advice))
    return raw


class HttpCheck:
    """What is asked of the service, and which answer is expected."""

    def __init__(self, authority, path, host_header, expected_status, expected_body, served_by_header):
        """Build the request.

        AUTHORITY is the Host header if HOST_HEADER is None; EXPECTED_STATUS a list of int, EXPECTED_BODY a text that
        the body has to contain, or None; SERVED_BY_HEADER the name of the header that tells who answered.
        ProbeError if one of them cannot be part of a request or response.
        """
        target = _matching(
            "path", path, _PATH, "begin it with /, use printable ASCII without blanks and #, percent-encode the rest"
        )
        host = authority if host_header is None else host_header
        host = _matching("host_header", host, _HOST, "use printable ASCII without blanks")
        header = _matching("served_by_header", served_by_header, _TOKEN, "use a header name such as X-Served-By")
        impossible = [status for status in expected_status if not 200 <= status <= 599]
        if impossible or not expected_status:
            raise ProbeError("expected_status: %r: give one or more codes from 200 to 599" % (expected_status,))
        self.expected_status = frozenset(expected_status)
        self.expected_body = None if expected_body is None else _bytes("expected_body", expected_body)
        self.served_by_header = header.lower()
        self.request = b"\r\n".join(
            [
                b"GET " + target + b" HTTP/1.1",
                b"Host: " + host,
                b"User-Agent: hotstandby.vrrp vip_probe",
                b"Accept: */*",
                # A compressed body could not be searched for expected_body.
                b"Accept-Encoding: identity",
                b"Connection: close",
                b"",
                b"",
            ]
        )

    def response(self):
        """Return a parser for the response to one request."""
        return Response(self)


class _Counted:
    """Body of a known LENGTH in bytes (RFC 9112 section 6.2), or up to the end of the connection if None (6.3)."""

    def __init__(self, length):
        """Expect LENGTH bytes."""
        self._left = length
        self.ends_at_close = length is None

    @property
    def over(self):
        """Whether all of the body has come."""
        return self._left == 0

    def feed(self, data):
        """Return the part of the bytes DATA that is body."""
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        return data


class _Chunked:
    """Body in the chunked transfer coding (RFC 9112 section 7.1); trailers are of no interest, and not read."""

    ends_at_close = False

    def __init__(self):
        """Expect the first chunk's size."""
        self._buffer = bytearray()
        self._left = 0
        self._separator = False
        self.over = False

    def feed(self, data):
        """Return the content among the bytes DATA; _Malformed if the coding is broken."""
        self._buffer += data
        content = bytearray()
        while not self.over:
            if self._left:
                part = self._buffer[: self._left]
                del self._buffer[: len(part)]
                self._left -= len(part)
                self._separator = not self._left
                content += part
                if self._left:
                    break
            line = self._line()
            if line is None:
                break
            if self._separator:
                if line:
                    raise _Malformed
                self._separator = False
            else:
                size = line.split(b";")[0].strip()
                if not _HEXADECIMAL.match(size):
                    raise _Malformed
                self._left = int(size, 16)
                self.over = not self._left
        return bytes(content)

    def _line(self):
        """Take one line off the buffer, without its end; None if it has not come yet."""
        end = self._buffer.find(b"\n", 0, _CHUNK_LINE_MAX)
        if end < 0:
            if len(self._buffer) >= _CHUNK_LINE_MAX:
                raise _Malformed
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line[:-1] if line.endswith(b"\r") else line


class Response:
    """The response to one request of CHECK: feed it bytes until it is over or the connection is, then ask `verdict`."""

    def __init__(self, check):
        """Expect a status line."""
        self._check = check
        self._head = bytearray()
        self._body = bytearray()
        self._framing = None
        self._status = None
        self._cut = False
        self._malformed = False
        self.served_by = None

    @property
    def over(self):
        """Whether further bytes could not change the verdict."""
        return self._malformed or self._cut or (self._framing is not None and self._framing.over)

    def feed(self, data):
        """Take the bytes DATA off the connection; return `over`."""
        if not self.over:
            try:
                self._take(data)
            except _Malformed:
                self._malformed = True
        return self.over

    def verdict(self):
        """Return why the response is not the expected one, None if it is: protocol, reset, bad_status or bad_body.

        To be asked once the response is over or the connection closed by the server. A response that the server cut
        off is `reset`.
        """
        if self._malformed:
            return "protocol"
        if self._framing is None or not (self.over or self._framing.ends_at_close):
            return "reset"
        if self._status not in self._check.expected_status:
            return "bad_status"
        if self._check.expected_body is not None and self._check.expected_body not in self._body:
            return "bad_body"
        return None

    def _take(self, data):
        """Parse DATA as head, then as body; _Malformed if it is neither."""
        if self._framing is None:
            self._head += data
            data = self._take_head()
        if self._framing is not None:
            self._body += self._framing.feed(data)
            self._cut = len(self._body) >= BODY_MAX

    def _take_head(self):
        """Parse the head once it is complete; return what follows. Interim responses (RFC 9110 15.2) are skipped."""
        while self._framing is None:
            start = bytes(self._head[: len(_STATUS_LINE_START)])
            if not _STATUS_LINE_START.startswith(start):
                raise _Malformed
            end = _HEAD_END.search(self._head)
            if (end.end() if end else len(self._head)) > HEAD_MAX:
                raise _Malformed
            if not end:
                return b""
            head = bytes(self._head[: end.start()])
            del self._head[: end.end()]
            self._parse_head(head)
        return bytes(self._head)

    def _parse_head(self, head):
        """Read status and headers (bytes HEAD, without the empty line), and set the framing unless it is interim."""
        lines = _FOLD.sub(b" ", head).split(b"\n")
        match = _STATUS_LINE.match(lines[0].rstrip(b"\r"))
        if not match:
            raise _Malformed
        status = int(match.group(1))
        if status < 200:
            # We never ask to switch protocols, so that 101 cannot be an answer.
            if status == 101:
                raise _Malformed
            return
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if not colon or not _TOKEN.match(name):
                raise _Malformed
            headers.setdefault(name.lower(), []).append(value.strip())
        self._status = status
        self.served_by = printable.printable(headers.get(self._check.served_by_header, [b""])[0])
        self._framing = _framing(status, headers)


def _framing(status, headers):
    """Return the framing of the body (RFC 9112 section 6.3) for STATUS and HEADERS {lower-case name: [value]}."""
    if status in (204, 304):
        return _Counted(0)
    codings = headers.get(b"transfer-encoding")
    if codings:
        if [coding.lower() for coding in codings] != [b"chunked"]:
            raise _Malformed
        return _Chunked()
    lengths = {part.strip() for value in headers.get(b"content-length", []) for part in value.split(b",")}
    if not lengths:
        return _Counted(None)
    length = lengths.pop()
    if lengths or not _DECIMAL.match(length):
        raise _Malformed
    return _Counted(int(length))
