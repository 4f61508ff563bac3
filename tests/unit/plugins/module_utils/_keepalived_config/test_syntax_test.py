# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each version of keepalived is asked, and what is made of its answer: told by (version, exit status, stderr)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import syntax_test

CONTENT = "vrrp_instance VI_1 {\n  auth_pass s3cr3t78\n}\n"
PATH = "/etc/keepalived/.keepalived.conf.staged.1"


class Keepalived(object):
    """Answers with a version, and once with each of some results of the test."""

    def __init__(self, version, *answers, **more):
        self.version, self.options = version, more.get("options", "NFTABLES VRRP")
        self.answers, self.asked = list(answers), []

    def run(self, argv):
        if argv[-1] == "-v":
            return 0, "", "Keepalived v%s (01/16,2022)\n\nConfig options:  %s\n" % (self.version, self.options)
        self.asked.append(argv)
        return self.answers.pop(0)

    def test(self, **programs):
        return syntax_test.Tester(self.run, "/usr/sbin/keepalived", **programs).test(PATH, CONTENT)


@pytest.mark.parametrize("version", ["2.0.10", "2.1.5", "2.2.7", "2.3.3"])
def test_accepted(version):
    keepalived = Keepalived(version, (0, "", ""))
    assert keepalived.test() is True
    assert keepalived.asked == [["/usr/sbin/keepalived", "-t", "-f", PATH]]


@pytest.mark.parametrize("version", ["1.3.5", "2.0.3"])
def test_no_test_in_this_version(version):
    keepalived = Keepalived(version)
    assert keepalived.test() is False
    assert keepalived.asked == []


@pytest.mark.parametrize(
    ("version", "status"), [("2.0.10", 4), ("2.1.5", 4), ("2.2.7", 5), ("2.2.7", 6), ("2.1.5", 139)]
)
def test_refused(version, status):
    words = "(%s: Line 2) Unknown keyword 'auth_pass s3cr3t78'\n" % PATH
    with pytest.raises(syntax_test.TestError) as caught:
        Keepalived(version, (status, "", words)).test()
    assert str(caught.value) == (
        "keepalived refuses the configuration (exit status %d): (keepalived.conf: Line 2) Unknown keyword "
        "'auth_pass ********'\nline 2: auth_pass ********" % status
    )


def test_status_of_version_2_1_with_bfd_says_nothing():
    keepalived = Keepalived("2.1.5", (0, "", "(Line 1) Unknown keyword 'x'\n"), (0, "", ""), options="BFD VRRP")
    with pytest.raises(syntax_test.TestError, match="Unknown keyword 'x'"):
        keepalived.test()
    assert keepalived.test() is True


def test_remark_that_is_no_refusal():
    """An IPv6 address that is not link-local is minded in strict mode only, and spoken of in any."""
    remark = "(VI_1) the first IPv6 VIP address must be link local\n"
    assert Keepalived("2.1.5", (0, "", remark), options="BFD VRRP").test() is True
    assert Keepalived("2.1.5", (4, "", remark)).test() is True
    for version, status in (("2.1.5", 139), ("2.2.7", 5)):
        with pytest.raises(syntax_test.TestError):
            Keepalived(version, (status, "", remark)).test()
    refused = Keepalived("2.1.5", (0, "", "(Line 1) Unknown keyword 'x'\n" + remark), options="BFD VRRP")
    with pytest.raises(syntax_test.TestError, match="Unknown keyword 'x'"):
        refused.test()


def test_words_with_status_0_elsewhere():
    assert Keepalived("2.2.7", (0, "", "a remark\n"), options="BFD VRRP").test() is True
    assert Keepalived("2.1.5", (0, "", "a remark\n")).test() is True


HMAC = """vrrp_instance VI_1 {
  auth_hmac {
    key s3cr3t78 ! before that s3cr3t00
  }
}
"""


def test_no_key_is_quoted():
    words = "(VI_1) auth_hmac key id 's3cr3t78' must be between 1 and 255 (keepalived.conf: Line 3)"
    assert syntax_test.explained(words, HMAC) == (
        "(VI_1) auth_hmac key id '********' must be between 1 and 255 (keepalived.conf: Line 3)\nline 3: key ********"
    )


def test_refused_without_a_word():
    with pytest.raises(syntax_test.TestError, match="it gave no reason"):
        Keepalived("2.2.7", (143, "", "")).test()


def test_in_a_namespace_and_with_a_limit():
    keepalived = Keepalived("2.2.7", (0, "", ""))
    keepalived.test(unshare="/usr/bin/unshare", timeout="/usr/bin/timeout")
    assert keepalived.asked == [
        ["/usr/bin/timeout", "--signal=KILL", "30", "/usr/bin/unshare", "--fork", "--pid", "--kill-child",
         "/usr/sbin/keepalived", "-t", "-f", PATH]
    ]  # fmt: skip


def test_without_a_namespace_where_none_is_permitted():
    refused = (1, "", "unshare: unshare failed: Operation not permitted\n")
    keepalived = Keepalived("2.2.7", refused, (0, "", ""))
    assert keepalived.test(unshare="/usr/bin/unshare") is True
    assert keepalived.asked[1] == ["/usr/sbin/keepalived", "-t", "-f", PATH]


def test_that_never_ends():
    with pytest.raises(syntax_test.TestError, match="it had not ended after 30 s"):
        Keepalived("2.3.3", (137, "", "")).test(timeout="/usr/bin/timeout")


@pytest.mark.parametrize(
    ("version", "expected"),
    [("2.2.7", (2, 2, 7)), ("1.3.5", (1, 3, 5)), ("2.0.10", (2, 0, 10)), ("2.3", (2, 3)), (None, ()), ("", ())],
)
def test_version_tuple(version, expected):
    assert syntax_test.version_tuple(version) == expected


def test_explained_names_only_lines_that_are_there():
    text = syntax_test.explained("(Line 1) and (Line 99) and line 3", CONTENT)
    assert text.splitlines()[1:] == ["line 1: vrrp_instance VI_1 {", "line 3: }"]
