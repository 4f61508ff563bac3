# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What keepalived is doing on this host, from its program, its processes, its own dumps and the kernel's addresses."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import hmac
import os
import signal
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, netlink, netns, process as _process
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import (
    conf_parser,
    daemon,
    dump,
    dump_json,
    loaded,
    log as _log,
    state as _keepalived_state,
    tracked,
)

DUMP_TIMEOUT = 5.0  # seconds; a dump takes milliseconds
START_TIMEOUT = 2.0  # seconds for the parent to start, or start again, its VRRP process
POLL_INTERVAL = 0.5
EMPTY = {
    "status": None, "message": None, "installed": True, "running": False, "version": None, "compiled": [], "pid": None,
    "vrrp_pid": None, "other_pids": [], "start_time": None, "uptime": None, "program_replaced": None, "arguments": [],
    "config_file": daemon.DEFAULT_CONFIG_FILE, "config": None, "source": None, "instances": [],
    "sync_groups": None, "scripts": None, "files": None, "processes": None, "interfaces": None,
    "addresses_left_behind": [], "not_tracked": [], "settled": False,
}  # fmt: skip


def collect(run, find, pid_file=None):
    """One look.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg find: callable C(find(name)) -> path of a program, or None.
    :arg pid_file: see C(daemon.find).
    :returns: the dict that the module keepalived_info documents, less C(elapsed).
    """
    program = find("keepalived")
    process = daemon.find(pid_file)
    facts = dict(EMPTY, installed=bool(program or process))
    if program:
        facts.update(daemon.parse_version("".join(run([program, "-v"])[1:])))
    if process is None:
        return _without_daemon(facts, run, find("systemctl"), pid_file)
    if process["vrrp"] is None and time.time() - process["started"] < START_TIMEOUT * 5:
        process = _with_vrrp_process(pid_file) or process
    facts.update(
        running=True,
        pid=process["pid"],
        vrrp_pid=process["vrrp"],
        other_pids=process["others"],
        start_time=process["started"],
        uptime=max(0.0, round(time.time() - process["started"], 2)),
        program_replaced=_process.is_replaced(process["pid"]),
        arguments=process["arguments"],
        config_file=daemon.config_file(process),
    )
    if process["frozen"]:
        message = "keepalived is stopped (SIGSTOP, or systemctl freeze) and does nothing until it is continued."
        return dict(facts, status="frozen", message=message)
    if process["vrrp"] is None:
        message = "keepalived runs without a VRRP process: it has no vrrp_instance, or cannot start one; see its log."
        return dict(facts, status="no_vrrp", message=message)
    try:
        return dict(facts, status="ok", **_state(run, find, process, facts))
    except dump.DumpError as error:
        return dict(facts, status=error.reason, message=str(error))
    except dump_json.FormatError as error:
        return dict(facts, status="unknown_format", message=str(error))


def _with_vrrp_process(pid_file):
    """The daemon with its VRRP process, waited for; None if that does not come."""
    deadline = clock.monotonic() + START_TIMEOUT
    while clock.monotonic() < deadline:
        process = daemon.find(pid_file)
        if process is None or process["vrrp"] is not None or process["frozen"]:
            return process
        time.sleep(0.05)
    return None


def _without_daemon(facts, run, systemctl, pid_file):
    """The result where no keepalived runs: never installed, stopped, or gone without a goodbye."""
    if not facts["installed"]:
        return dict(facts, status="not_installed", message="keepalived is not installed.")
    other = daemon.find() if pid_file else None
    if other:
        # The addresses may be that one's, and the file is.
        message = "The keepalived of %s is not running, but another one is." % pid_file
        others = [other["pid"]] + other["others"]
        return dict(facts, status="not_running", message=message, other_pids=others, addresses_left_behind=None)
    facts["addresses_left_behind"] = _left_behind(facts["config_file"])
    evidence = None
    if systemctl:
        asked = ["--property=ActiveState", "--property=Result", "--property=ExecMainStatus"]
        evidence = daemon.parse_unit(run([systemctl, "show", "keepalived.service"] + asked)[1])
    path = pid_file or daemon.PID_FILE
    if evidence:
        message = "keepalived has failed, says systemd (%s); see journalctl -u keepalived." % evidence
    elif os.path.exists(path):
        message = "keepalived is gone and has left %s behind: it was killed or has crashed." % path
    else:
        return dict(facts, status="not_running", message="keepalived is not running.")
    return dict(facts, status="crashed", message=message)


def _left_behind(path):
    """The virtual addresses of a configuration file that this host holds, though no keepalived runs; None: not told."""
    try:
        configured = conf_parser.virtual_addresses(conf_parser.read(path)["statements"])
        if None in configured:
            return None
        return sorted(set(configured).intersection(_held_addresses(None)))
    except (conf_parser.ConfError, netlink.NetlinkError):
        return None


def _held_addresses(pid):
    """All addresses, without prefix length, in the network namespace of the process, or in ours."""
    if pid is None:
        interfaces = netlink.interfaces()
    else:
        with netns.of_process(pid):
            interfaces = netlink.interfaces()
    return set(entry["address"] for interface in interfaces for entry in interface["addresses"])


def _running_version(run, facts):
    """Version of the program that runs, which an update may have replaced since; C(None) if it cannot be asked."""
    if not facts["program_replaced"]:
        return facts["version"]
    return daemon.parse_version("".join(run(["/proc/%d/exe" % facts["pid"], "-v"])[1:]))["version"]


def _state(run, find, process, facts):
    """What the running daemon tells, as the keys of the result that it fills.

    :raises DumpError, FormatError: see C(dump) and C(dump_json).
    """
    salt = os.urandom(16)

    def digest(secret):
        """Tells secrets apart within this one call."""
        return hmac.new(salt, secret.encode("utf-8"), hashlib.sha256).hexdigest()

    if os.geteuid() != 0:
        raise dump.DumpError("not_permitted", dump.NEEDS_ROOT)
    configuration = daemon.running_configuration(process["vrrp"], process["pid"])
    program = find("keepalived")
    requests = [("data", signal.SIGUSR1), ("stats", signal.SIGUSR2)]
    number = run([program, "--signum=JSON"])[1].strip() if program and "JSON" in facts["compiled"] else ""
    # The program may be newer than the daemon that runs.
    by_json = number.isdigit() and _process.takes(process["vrrp"], int(number))
    if by_json:
        requests[1] = ("json", int(number))

    def complete(data, late):
        """The state, once the second dump is complete."""
        make = _keepalived_state.from_json if by_json else _keepalived_state.from_text
        return make(data, late, digest)

    text = configuration["text"] if configuration else _file_text(facts["config_file"])
    create = (facts["version"] or "").startswith("1.")
    state = dump.take(process["vrrp"], requests, complete, DUMP_TIMEOUT, text, create=create)
    try:
        held = _held_addresses(process["vrrp"])
    except (OSError, netlink.NetlinkError):
        held = None
    started = (_process.status(process["vrrp"]) or process)["started"]
    log = _log.Log(run, find("journalctl"), process["pid"], process["vrrp"])
    takes = daemon.takes_reload(
        _running_version(run, facts), state["global_defs"].get("reload_check_config")
    )
    config = loaded.look(
        facts["config_file"], configuration, state, started, digest, log.reload_since, takes
    )
    instances = [_told(instance, state, held) for instance in state["instances"]]
    return {
        "config": config,
        "source": state["source"],
        "instances": instances,
        "not_tracked": _not_tracked(facts["config_file"], configuration, state, log, started),
        "sync_groups": state["sync_groups"],
        "scripts": state["scripts"],
        "files": state["files"],
        "processes": state["processes"],
        "interfaces": state["interfaces"],
        "settled": bool(instances) and all(map(_keepalived_state.is_settled, instances)),
    }


def _not_tracked(path, configuration, state, log, started):
    """As from C(tracked.missing), each with C(reason): what the log says of it, empty if nothing."""
    try:
        found = (conf_parser.parse(configuration["text"]) if configuration
                 else conf_parser.read(path)["statements"])  # fmt: skip
    except conf_parser.ConfError:
        return []
    missing = tracked.missing(found, state)
    programs = [tracked.command(found, one["name"]) if one["kind"] == "script" else "" for one in missing]
    # Its start is known to a clock tick.
    reasons = [log.why_off([one["name"], program], started - 1.0) for one, program in zip(missing, programs)]
    return [dict(one, reason=reason) for one, reason in zip(missing, reasons)]


def _file_text(path):
    """The configuration as lines, as far as it can be read: it may say where the dumps go."""
    try:
        return conf_parser.lines(conf_parser.read(path)["statements"])
    except conf_parser.ConfError:
        return ""


def _told(instance, state, held):
    """An instance as it is returned: with what the kernel says of its addresses, and nothing of its secret."""
    told = dict((key, value) for key, value in instance.items() if key != "auth_digest")
    told["last_transition_utc"] = dump_json.utc(instance["last_transition"])
    told["fault_causes"] = _keepalived_state.fault_causes(instance, state)
    addresses = instance["virtual_ipaddress"] + instance["virtual_ipaddress_excluded"]
    for name, wanted in (("addresses_held", True), ("addresses_not_held", False)):
        told[name] = None if held is None else [text for text in addresses if (_bare(text) in held) == wanted]
    return told


def _bare(address):
    """An address without its prefix length."""
    return address.split("/")[0]


def has_come(result, state, names):
    """Whether what is waited for is so.

    :arg result: as from C(collect).
    :arg state: C(settled), or a state of VRRP.
    :arg names: the instances that count; empty for all.
    """
    counted = [instance for instance in result["instances"] if not names or instance["name"] in names]
    if not counted or len(counted) < len(set(names)):
        return False
    if state == "settled":
        return all(_keepalived_state.is_settled(instance) for instance in counted)
    if state == "MASTER":
        return all(instance["state"] == state and not instance.get("addresses_not_held") for instance in counted)
    return all(instance["state"] == state for instance in counted)


def collect_when(look, state, names, timeout):
    """Looks until the instances have come to a state, or the time is over.

    An address that comes or goes has it look at once.

    :arg look: callable without arguments, as C(collect).
    :arg timeout: seconds.
    :returns: C((result, whether it has come, elapsed seconds)).
    """
    begin = clock.monotonic()
    with netlink.address_changes() as pause:
        while True:
            result = look()
            come, elapsed = has_come(result, state, names), clock.monotonic() - begin
            if come or elapsed >= timeout or result["status"] in ("not_installed", "not_permitted"):
                return result, come, elapsed
            pause(min(POLL_INTERVAL, timeout - elapsed))


def still(result, state, names, timeout):
    """The sentence for a wait that was in vain."""
    if result["status"] != "ok":
        return "After %g s: %s" % (timeout, result["message"])
    seen = dict((instance["name"], instance["state"]) for instance in result["instances"])
    missing = sorted(set(names) - set(seen))
    if missing:
        return "instances: keepalived has no VRRP instance of the name %s, only: %s." % (
            ", ".join(missing), ", ".join(seen) or "none"
        )  # fmt: skip
    wanted = "settled" if state == "settled" else "all " + state
    states = ", ".join(map(_keepalived_state.in_words, sorted(result["instances"], key=lambda one: one["name"])))
    return "After %g s the instances have not %s: %s." % (timeout, "become " + wanted, states or "there is none")
