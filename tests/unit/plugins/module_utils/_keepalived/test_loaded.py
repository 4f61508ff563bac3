# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of whether what runs is what is on disk, with the recorded dumps and the configurations they belong to."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser, dump_text, loaded

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "fixtures", "keepalived")
VERSIONS = ("1.3.5", "2.1.5", "2.2.7", "2.2.8", "2.2.8-jsonv2", "2.3.3")
SECRET = "s3cr3t"


def read(version, name):
    with io.open(os.path.join(FIXTURES, version, name), encoding="utf-8") as stream:
        return stream.read()


def digest(secret):
    return "digest " + secret[::-1]


def state(version, moment="master"):
    return dump_text.parse(read(version, moment + ".data"), digest)


def compared(conf, version, moment="master"):
    return loaded.compare(conf_parser.parse(conf), state(version, moment), digest)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("moment", ["master", "fault_interface", "master_recovered"])
def test_dump_agrees_with_its_configuration(version, moment):
    differences, skipped = compared(read(version, "keepalived.a.conf"), version, moment)
    assert differences == []
    assert "global_defs" in skipped and "state" not in skipped


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("priority 150", "priority 140", "priority is 140 in the file and 150 in the daemon"),
        ("interface eth0", "interface eth1", "interface is eth1 in the file and eth0 in the daemon"),
        ("virtual_router_id 51", "virtual_router_id 53", "VI_MCAST4: virtual_router_id is 53 in the file and 51"),
        ("advert_int 1", "advert_int 2", "advert_int is 2.0 in the file and 1.0 in the daemon"),
        ("auth_pass s3cr3t", "auth_pass s3cr3t2", "VI_MCAST4: auth_pass differs"),
        ("10.31.0.10/24", "10.31.0.10/25", "VI_MCAST4: 10.31.0.10/25 is only in the file"),
        ("fd31::10/64", "fd31:0::1:10/64", "VI_MCAST6: fd31::1:10/64 is only in the file"),
        ("vrrp_instance VI_MCAST4", "vrrp_instance VI_NEW", "VI_NEW is only in the file"),
        ("state BACKUP", "nopreempt", "nopreempt is only in the file"),
    ],
    ids=lambda value: value if " " not in value else None,
)
def test_each_difference_is_seen(version, old, new, expected):
    conf = read(version, "keepalived.a.conf")
    assert old in conf
    differences, skipped = compared(conf.replace(old, new), version)
    assert any(expected in text for text in differences), differences
    assert SECRET not in "".join(differences)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fd31::10/64", "fd31:0:0::10/64"),
        ("auth_pass s3cr3t", 'auth_pass "s3cr3t"'),
        ("10.31.0.10/24", "10.31.0.10/24   brd 10.31.0.255"),
        ("state BACKUP", "state MASTER"),
    ],
)
def test_same_in_other_words(old, new):
    assert compared(read("2.2.7", "keepalived.a.conf").replace(old, new), "2.2.7")[0] == []


@pytest.mark.parametrize("line", ["$PRIO=100\n", "@kv-a vrrp_version 3\n", "~SEQ(x, 1, 2)\n"])
def test_what_keepalived_evaluates_is_not_guessed(line):
    conf = line + read("2.2.7", "keepalived.a.conf").replace("priority 150", "priority 1")
    assert compared(conf, "2.2.7") == ([], ["variables and conditions"])


def test_masked_password_is_not_compared():
    data = read("2.2.7", "master.data").replace("Password = s3cr3t", "Password = ********")
    conf = read("2.2.7", "keepalived.a.conf").replace("auth_pass s3cr3t", "auth_pass other")
    found = loaded.compare(conf_parser.parse(conf), dump_text.parse(data, digest), digest)
    assert found[0] == []
    assert "authentication" in found[1]


def tree_differences(file, daemon):
    return loaded.tree_differences(conf_parser.parse(file), conf_parser.parse(daemon))


@pytest.mark.parametrize(
    ("file", "daemon", "expected"),
    [
        pytest.param("a 1 # x\n", "  a   1\n!\n", [], id="comments and space"),
        pytest.param("a 1\n", "a 2\n", ["a differs"], id="another value"),
        pytest.param(
            "vrrp_instance VI_1 {\npriority 9\n}\n",
            "vrrp_instance VI_1 {\npriority 8\n}\n",
            ["VI_1: priority is 9 in the file and 8 in the daemon"],
            id="in an instance",
        ),
        pytest.param("a\nb\n", "a\n", ["b is only in the file"], id="more"),
        pytest.param("a\n", "a\nb\n", ["b is only in the daemon"], id="less"),
        pytest.param("a\nb\n", "b\na\n", ["the order of the statements"], id="another order"),
        pytest.param(
            "vrrp_instance VI_1 {\nauthentication {\nauth_pass secret1\n}\n}\n",
            "vrrp_instance VI_1 {\nauthentication {\nauth_pass secret2\n}\n}\n",
            ["VI_1: the authentication differs"],
            id="another password",
        ),
    ],
)
def test_tree_differences(file, daemon, expected):
    assert tree_differences(file, daemon) == expected


@pytest.mark.parametrize(
    "text",
    [
        "vrrp_instance V {\nauthentication { auth_type PASS auth_pass %s }\n}\n",
        "vrrp_instance V {\nauthentication {\nauth_pass\n%s\n}\n}\n",
        "vrrp_instance V {\nauthentication {\n@a auth_pass %s\n}\n}\n",
        "vrrp_instance V {\nauthentication {\nauth_pass x{%s\n}\n}\n",
        "vrrp_instance V { auth_pass %s {\n} x\n}\n",
        "vrrp_instance V {\nauth_hmac {\nkey 1 %s\n}\n}\n",
        "vrrp_instance V {\nauth_hmac { key 1 %s }\n}\n",
        "vrrp_instance V {\nauth_hmac {\nkey 1\n%s\n}\n}\n",
        "vrrp_instance V {\nauth_hmac {\nkey {\n1 %s\n}\n}\n}\n",
        "vrrp_instance V {\nauth_hmac {\n\"key 1 %s\"\n}\n}\n",
        "vrrp_instance V {\nauth_hmca {\nkey 1 %s {\n} x\n}\n}\n",
        "$PW=%s\nvrrp_instance V {\n}\n",
        "virtual_server 192.0.2.1 80 {\nMISC_CHECK {\nmisc_path \"/x --password %s\"\n}\n}\n",
        "vrrp_script s {\nscript \"/x --token %s\"\n}\n",
    ],
)
def test_no_form_of_a_secret_is_told(text):
    found = tree_differences(text % "NEWSECRT", text % "OLDSECRT")
    assert found
    assert "SECRT" not in str(found)
    assert "SECRT" not in str(tree_differences(text % "NEWSECRT", "a 1\n"))


@pytest.fixture
def conf(tmp_path):
    """The file of the recordings, changed at 1000 seconds of the epoch."""
    path = tmp_path / "keepalived.conf"
    path.write_bytes(read("2.1.5", "keepalived.a.conf").encode("utf-8"))
    return path


def look(path, text=None, applied=True, started=4000000000.0, told=None, checked=None, takes=None):
    configuration = None if text is None else {"text": text, "applied": applied, "read_at": 5.0}
    seen = state("2.1.5")
    seen["global_defs"]["reload_check_config"] = checked
    return loaded.look(str(path), configuration, seen, started, digest, lambda instant: told, takes)


def test_text_that_the_daemon_keeps(conf):
    text = read("2.1.5", "keepalived.a.conf")
    found = look(conf, text)
    assert (found["loaded"], found["differences"], found["read_at"]) == (True, [], 5.0)
    found = look(conf, text.replace("notify", "notify_fault"))
    assert (found["loaded"], len(found["differences"])) == (False, 2)
    found = look(conf, text, applied=False)
    assert (found["loaded"], "refused" in found["reason"]) == (False, True)


def test_text_that_is_the_same_and_not_what_runs(conf):
    text = read("2.1.5", "keepalived.a.conf").replace("priority 150", "priority 300")
    conf.write_bytes(text.encode("utf-8"))
    found = look(conf, text)
    assert found["loaded"] is False
    assert "VI_MCAST4: priority is 300 in the file and 150 in the daemon" in found["differences"]


def test_times_alone(conf):
    found = look(conf)
    assert (found["loaded"], found["read_at"]) == (True, None)
    assert "not changed since" in found["reason"]
    found = look(conf, started=1.0)
    assert found["loaded"] is None
    assert "notify" in found["reason"]
    conf.write_bytes(read("2.1.5", "keepalived.a.conf").replace("priority 150", "priority 140").encode("utf-8"))
    assert look(conf)["loaded"] is False


@pytest.mark.parametrize(
    ("told", "checked", "started", "expected"),
    [
        pytest.param(None, False, 1.0, True, id="without the test it takes what it is given"),
        pytest.param(None, True, 5.0, True, id="it was started with it"),
        pytest.param(True, True, 1.0, True, id="its log says so"),
        pytest.param(False, True, 1.0, False, id="its log says that it was refused"),
        pytest.param(None, True, 1.0, None, id="nothing tells"),
    ],
)
def test_text_that_only_the_parent_shows(conf, told, checked, started, expected):
    found = look(conf, read("2.1.5", "keepalived.a.conf"), None, started, told, checked)
    assert found["loaded"] is expected, found["reason"]
    other = read("2.1.5", "keepalived.a.conf").replace("notify", "notify_fault")
    assert look(conf, other, None, started, told, checked)["loaded"] is False


def test_old_daemon_whose_log_says_that_it_has_read_the_file(conf):
    assert look(conf, started=1.0, told=True)["loaded"] is True
    conf.write_bytes(read("2.1.5", "keepalived.a.conf").replace("priority 150", "priority 140").encode("utf-8"))
    assert look(conf, started=1.0, told=True)["loaded"] is False


def test_daemon_that_takes_no_reload_is_named(conf):
    text = read("2.1.5", "keepalived.a.conf")
    assert "Restart it" in look(conf, text.replace("notify", "notify_fault"), takes=False)["reason"]
    found = look(conf, text, takes=False)
    assert (found["loaded"], found["takes_reload"]) == (True, False)


def test_file_that_is_gone(tmp_path):
    found = look(tmp_path / "none")
    assert (found["loaded"], found["differences"]) == (None, [])
    assert "could not be read" in found["reason"]
