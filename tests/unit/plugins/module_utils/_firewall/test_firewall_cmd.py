# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import subprocess

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import firewall_cmd

# Exit code, standard output, standard error: recorded from firewalld 1.3.3.
RUNNING = (0, "running\n", "")
FAILED = (251, "", "failed\n")
STOPPED = (252, "", "not running\n")
NOT_AUTHORIZED = (
    253,
    "",
    "Authorization failed.\n    Make sure polkit agent is running or run the application as superuser.\n",
)
NO_BUS = (
    36,
    "",
    "Error: DBUS_ERROR: Failed to connect to socket /run/dbus/system_bus_socket: Connection refused\n",
)
NO_PROGRAM = (127, "", "env: 'firewall-cmd': No such file or directory\n")


class Recorded:
    """A run() that gives one recorded answer and keeps the argument vectors it was given."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def __call__(self, argv):
        self.asked.append(argv)
        return self.answer


def real(argv):
    """A run() that runs for real."""
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.mark.parametrize(
    "answer, expected",
    [(RUNNING, "running"), (FAILED, "failed"), (STOPPED, "not running"), (NO_BUS, "not running")],
)
def test_state(answer, expected):
    run = Recorded(answer)
    assert firewall_cmd.state(run) == expected
    assert run.asked == [["env", "LC_ALL=C", "firewall-cmd", "--state"]]


@pytest.mark.parametrize(
    "answer, kind, words",
    [
        (NOT_AUTHORIZED, "refused", ["Authorization failed. Make sure", "become: true"]),
        (NO_PROGRAM, "not_installed", ["firewalld is not installed", "Install the package firewalld"]),
    ],
)
def test_state_that_cannot_be_told(answer, kind, words):
    with pytest.raises(firewall_cmd.FirewalldError) as caught:
        firewall_cmd.state(Recorded(answer))
    assert caught.value.kind == kind
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    "answer, kind, words",
    [
        ((252, "", "FirewallD is not running\n"), "not_running", ["FirewallD is not running"]),
        (NO_BUS, "not_running", ["Connection refused"]),
        (
            (13, "", "Error: COMMAND_FAILED: '/usr/sbin/iptables-restore -w -n' failed: Bad argument `x'\nline: 2\n\n"),
            "refused",
            ["firewall-cmd --direct --get-all-rules: ", "Bad argument `x' line: 2 (exit code 13)."],
        ),
        (
            (255, "", "You need to be root to run /usr/bin/firewall-offline-cmd.\n"),
            "refused",
            ["need to be root", "become: true"],
        ),
        ((251, "", "Error: RUNNING_BUT_FAILED: Changing\n"), "refused", ["firewall-offline-cmd --check-config"]),
        (
            (111, "", "Error: INVALID_IPV: 'ipv4' is not a valid backend or is unavailable\n"),
            "refused",
            ["INVALID_IPV", "looks for iptables", "Set immediate to false"],
        ),
        ((1, "", ""), "refused", ["no message"]),
    ],
)
def test_answer_that_is_none(answer, kind, words):
    with pytest.raises(firewall_cmd.FirewalldError) as caught:
        firewall_cmd.answer(Recorded(answer), "firewall-cmd", ["--direct", "--get-all-rules"])
    assert caught.value.kind == kind
    assert [word for word in words if word not in str(caught.value)] == []


def test_answer_is_read_in_the_c_locale():
    assert firewall_cmd.answer(real, "sh", ["-c", "echo $LC_ALL"]) == "C\n"


def test_a_program_that_does_not_exist():
    with pytest.raises(firewall_cmd.FirewalldError) as caught:
        firewall_cmd.answer(real, "no-such-firewall-cmd", [])
    assert caught.value.kind == "not_installed"


@pytest.mark.parametrize(
    "text, modules, expected",
    [
        ("# x\nDefaultZone=public\nFirewallBackend=iptables\n", ["fw.py", "nftables.py"], "iptables"),
        ("FirewallBackend = NFTables \n", ["fw.py"], "nftables"),
        ("#FirewallBackend=iptables\n", ["fw.py", "nftables.py"], "nftables"),
        ("FirewallBackend=iptables\nFirewallBackend=nftables\n", ["fw.py"], "iptables"),
        ("FirewallBackend=a=b\n", ["fw.py", "nftables.py"], "nftables"),
        ("FirewallBackend=other\n", ["fw.py", "nftables.py"], "nftables"),
        ("DefaultZone=public\n", ["fw.py"], "iptables"),
        (None, ["fw.py", "nftables.py"], "nftables"),
        (None, ["fw.py"], "iptables"),
        (None, [], None),
    ],
)
def test_configured_backend(tmp_path, text, modules, expected):
    configuration = tmp_path / "firewalld.conf"
    if text is not None:
        configuration.write_bytes(text.encode("utf-8"))
    for name in modules:
        (tmp_path / name).write_bytes(b"")
    assert firewall_cmd.configured_backend(str(configuration), str(tmp_path)) == expected


def test_configured_backend_of_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "nftables.py").write_bytes(b"")
    assert firewall_cmd.configured_backend(str(tmp_path), str(tmp_path)) is None
