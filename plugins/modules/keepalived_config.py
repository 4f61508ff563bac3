#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: keepalived_config
short_description: Puts a keepalived.conf in effect, tested beforehand and taken back unless confirmed
version_added: 0.1.0
description:
  - Puts a configuration in effect in steps, so that all members of a group can have passed one before any takes the
    next, and so that at any moment a whole configuration is in place, whatever is interrupted.
  - V(stage) tests it with the installed keepalived, and for what that lets through although it takes the address down,
    and lays it beside the live file. A configuration that does not pass never reaches its place, and the error carries
    keepalived's own words with the lines that they name.
  - V(load) puts it in its place and has a running keepalived read it, now or at an instant that all members share. From
    then on a timer on the host runs. Unless the load is confirmed in time, the former configuration comes back, as it
    does when keepalived ends, or the host is restarted, meanwhile.
  - V(verify) waits for the load and until keepalived is seen to run the new configuration, and is well.
  - V(confirm) makes it final. The former configuration becomes a backup.
  - V(revert) brings the former configuration back, now or at an instant that all members share.
  - Where keepalived does not run and no O(at) is given, V(load) is final at once.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.write
  - hotstandby.vrrp._attributes.action
options:
  step:
    description: Which step to take.
    type: str
    choices: [stage, load, verify, confirm, revert]
    required: true
  content:
    description:
      - The whole configuration. Required by, and only for, O(step=stage).
      - It holds secrets and is never logged. Differences are shown with the secrets masked.
    type: str
  test:
    description:
      - Have the installed keepalived test the configuration with O(step=stage).
      - Set it to V(false) only while something that the configuration names is not there yet, as in check mode.
    type: bool
    default: true
  transaction:
    description:
      - What O(step=stage) has returned as RV(transaction). Required by the other steps.
      - Empty where nothing was staged. Then there is nothing to do.
    type: str
  at:
    description:
      - The instant of O(step=load) or O(step=revert), in seconds since the epoch by the controller's clock.
      - Now by default.
      - How far the clock of the host is off is measured over the connection, and made up for.
      - O(step=load) returns before that instant, and fails if it is over already.
    type: float
  window:
    description: >-
      How far apart members may load, in seconds: O(step=load) with O(at) fails where the clock of the host cannot be
      measured that exactly. Three times the advertisement interval is when a backup gives up its master.
    type: float
    default: 3.0
  confirm_timeout:
    description: How long after O(step=load) the former configuration comes back, unless confirmed, in seconds.
    type: int
    default: 60
  timeout:
    description: How long O(step=verify) and O(step=revert) wait until keepalived is well, in seconds.
    type: int
    default: 20
  hold:
    description:
      - How long after the load O(step=verify) looks once more before it takes it for well, in seconds.
      - A member that does not hear the others' new ways only shows that when its master down interval is over.
    type: float
    default: 0.0
  reload:
    description:
      - Have O(step=stage) stage the configuration even if it is the live one.
      - Set it to V(true) where keepalived runs something else than what its file says, as
        M(hotstandby.vrrp.keepalived_info) tells.
    type: bool
    default: false
  stop:
    description:
      - Have O(step=load) stop keepalived before, and start it again when the load is over, confirmed or not.
      - For a standby, and a change that keepalived cannot make while it runs.
    type: bool
    default: false
  alone:
    description:
      - Whether no other member loads at O(at). Otherwise a keepalived that ends after the load is left down until the
        others revert too, since with the former configuration it might not hear them.
    type: bool
    default: false
  path:
    description: Where the configuration belongs. Owned by root, readable by root's group, mode 0640.
    type: path
    default: /etc/keepalived/keepalived.conf
notes:
  - In check mode on a host without keepalived the configuration cannot be tested. RV(validated) is then V(false).
  - In check mode nothing is staged, so that the other steps have nothing to do. O(step=stage) tells what would change.
  - A load needs systemd, which keeps the timer.
seealso:
  - module: hotstandby.vrrp.keepalived_info
"""

EXAMPLES = r"""
- name: Test the configuration and lay it beside the live one
  hotstandby.vrrp.keepalived_config:
    step: stage
    content: "{{ lookup('ansible.builtin.template', 'keepalived.conf.j2') }}"
  register: staged

- name: Put it in its place, and have keepalived read it
  hotstandby.vrrp.keepalived_config:
    step: load
    transaction: "{{ staged.transaction }}"

- name: See that it is in effect
  hotstandby.vrrp.keepalived_config:
    step: verify
    transaction: "{{ staged.transaction }}"

- name: Make it final
  hotstandby.vrrp.keepalived_config:
    step: confirm
    transaction: "{{ staged.transaction }}"
"""

RETURN = r"""
path:
  description: Where the configuration is.
  type: str
  returned: always
  sample: /etc/keepalived/keepalived.conf
validated:
  description: >-
    Whether the installed keepalived has tested it. V(false) where keepalived is older than 2.0.4, or not installed in
    check mode, and with O(test=false).
  type: bool
  returned: when O(step=stage)
transaction:
  description: Names what was staged, for the other steps. Empty where nothing was, since it is the live configuration.
  type: str
  returned: when O(step=stage)
armed:
  description: Whether a timer on the host now waits to load, or for the confirmation.
  type: bool
  returned: when O(step=load)
late:
  description: How long after the instant keepalived was told, in seconds.
  type: float
  returned: when O(step=verify) and something was loaded
instances:
  description: State of each VRRP instance, by its name.
  type: dict
  returned: when O(step=verify) or O(step=revert), and something was loaded
  sample: {VI_1: MASTER}
backup_file:
  description: The copy of the replaced file, readable by root alone. The five newest are kept.
  type: str
  returned: when O(step=confirm), or O(step=load) where keepalived does not run, replaced one
  sample: /etc/keepalived/keepalived.conf.20260131T120000Z~
clock_offset:
  description: How far the clock of the host is ahead of the controller's, in seconds.
  type: float
  returned: with O(at)
clock_error:
  description: How exactly RV(clock_offset) could be measured, in seconds.
  type: float
  returned: with O(at)
"""

import os
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_text
from ansible_collections.hotstandby.vrrp.plugins.module_utils import (
    _keepalived_config,
    _keepalived_daemon,
    _keepalived_info,
    _keepalived_secrets,
    _keepalived_tester,
    _keepalived_verify,
    _netlink,
    _transaction,
)

LEAST_LEAD = 0.1  # seconds
ERRORS = (_keepalived_config.ConfigError, _transaction.TransactionError, _netlink.NetlinkError)


class Step(object):
    """The steps, for one host."""

    def __init__(self, module):
        self._module = module
        self._parameters = module.params
        # A link stays a link: what it points at is replaced.
        self.path = os.path.realpath(module.params["path"])
        self._program = self._find("keepalived")

    def _find(self, name):
        return self._module.get_bin_path(name, opt_dirs=["/usr/sbin", "/sbin"])

    def _run(self, argv):
        return self._module.run_command(argv)

    def _look(self):
        return _keepalived_info.collect(self._run, self._find)

    def _systemctl(self):
        return self._module.get_bin_path("systemctl", required=True)

    def stage(self):
        """See the documentation."""
        if self._program is None and not self._module.check_mode:
            raise _keepalived_config.ConfigError("keepalived is not installed: install it before its configuration.")
        tester = None
        if self._program is not None and self._parameters["test"]:
            programs = [self._module.get_bin_path(name) for name in ("unshare", "timeout")]
            tester = _keepalived_tester.Tester(self._run, self._program, *programs)
        settled = not self._module.check_mode and _transaction.settle_leftover(
            self.path, self._run, self._systemctl(), _keepalived_daemon.reload
        )
        content, scratch = to_text(self._parameters["content"]), self._module.tmpdir
        result = _keepalived_config.stage(
            self.path, content, tester, _netlink.interfaces(), scratch, self._module.check_mode,
            self._parameters["reload"],
        )  # fmt: skip
        result["changed"] = result["changed"] or settled
        if result["transaction"]:
            # A file has the type of its directory; where the policy has another for it, that one.
            self._module.set_default_selinux_context(self._staged(result["transaction"]), False)
        return result

    def _staged(self, transaction):
        return _keepalived_config.staged_path(self.path, transaction)

    def load(self):
        """See the documentation."""
        transaction, at = self._parameters["transaction"], self._parameters["at"]
        if not transaction or self._module.check_mode:
            return {"changed": False, "armed": False}
        staged = self._staged(transaction)
        if not os.path.exists(staged):
            raise _transaction.TransactionError("Another run has replaced what this one has staged: run again.")
        daemon = _keepalived_daemon.find()
        if daemon is None and at is None:
            return self._place(staged, transaction)
        if daemon is not None and daemon["frozen"]:
            raise _transaction.TransactionError(
                "keepalived is stopped (SIGSTOP, or systemctl freeze) and would not read it. Continue it first."
            )
        if at is not None and at - time.time() < LEAST_LEAD:
            raise _transaction.TransactionError(
                "This host was reached %.1f s after the instant to load: nothing was loaded. Run again. Where that "
                "does not help, raise the number of forks." % (time.time() + LEAST_LEAD - at)
            )
        stop = daemon is not None and self._parameters["stop"]
        facts = self._look() if daemon else None
        before = _keepalived_verify.states(facts) if daemon else {}
        reload_needed = not _keepalived_config.says_the_same(self.path, staged) or _is_other(facts)
        instant = time.time() if at is None else at
        systemd_run, systemctl = self._module.get_bin_path("systemd-run", True), self._systemctl()
        _transaction.arm(
            self.path, staged, transaction, instant, self._parameters["confirm_timeout"], None if stop else daemon,
            reload_needed, before, together=at is not None and not self._parameters["alone"], start=stop,
        )  # fmt: skip
        if stop:
            self._run([systemctl, "stop", "keepalived.service"])
        _transaction.start_keeper(self.path, self._run, systemd_run, systemctl, _keepalived_daemon.reload)
        return {"changed": True, "armed": True}

    def _place(self, staged, transaction):
        """Where no daemon runs there is nothing to verify, and nothing to take back."""
        backup = _transaction.keep_backup(self.path)
        _keepalived_config.place(self.path, staged)
        _transaction.note_final(self.path, transaction)
        return dict({"changed": True, "armed": False}, **({"backup_file": backup} if backup else {}))

    def verify(self):
        """See the documentation."""
        if self._nothing():
            return {"changed": False}
        state = _transaction.loaded(self._parameters["transaction"])
        if state["pid"] is None:
            return {"changed": False, "late": state["late"], "instances": {}}
        hold = self._parameters["hold"]
        # A clock that is set meanwhile must not make it wait for longer.
        left = min(hold, max(0.0, state["loaded_at"] + hold - time.time()))
        facts, trouble = _keepalived_verify.wait(self._look, state["before"], self._parameters["timeout"], left)
        # What the keeper has noticed meanwhile comes first.
        _transaction.loaded(self._parameters["transaction"])
        if trouble:
            raise _transaction.TransactionError(self._explained(trouble, state["loaded_at"]))
        return {"changed": False, "late": state["late"], "instances": self._states(facts)}

    def _nothing(self):
        """Whether there is nothing to verify, confirm or revert: nothing was staged, or it is final already."""
        transaction = self._parameters["transaction"]
        if not transaction or self._module.check_mode:
            return True
        found = _transaction.state()
        return found is not None and found["id"] == transaction and found["phase"] == "confirmed"

    def _states(self, facts):
        return dict((one["name"], one["state"]) for one in facts["instances"])

    def _explained(self, trouble, since):
        """What is wrong, with what the daemon says, and no secret of either configuration."""
        journalctl = self._module.get_bin_path("journalctl")
        text = "%s %s" % (trouble, _keepalived_verify.words(self._run, journalctl, since))
        for path in (self.path, _transaction.previous_path(self.path)):
            text = _keepalived_secrets.without(text, _keepalived_secrets.secrets(_keepalived_config.read(path) or ""))
        return text.strip()

    def confirm(self):
        """See the documentation."""
        if self._nothing():
            return {"changed": False}
        backup = _transaction.confirm(self.path, self._parameters["transaction"])
        return dict({"changed": True}, **({"backup_file": backup} if backup else {}))

    def revert(self):
        """See the documentation."""
        if self._nothing():
            return {"changed": False}
        at = self._parameters["at"]
        state = _transaction.revert(
            self.path, self._parameters["transaction"], time.time() if at is None else at, self._run,
            self._systemctl(), _keepalived_daemon.reload,
        )  # fmt: skip
        if state is None:
            return {"changed": False}
        if state["phase"] not in ("reverted", "cancelled"):
            raise _transaction.TransactionError(_transaction.taken_back(state))
        if state["pid"] is None:
            return {"changed": True, "instances": {}}
        facts, trouble = _keepalived_verify.wait(self._look, state["before"], self._parameters["timeout"])
        if trouble:
            raise _transaction.TransactionError(
                "The former configuration is back in its place, but: " + self._explained(trouble, time.time() - 60)
            )
        return {"changed": True, "instances": self._states(facts)}


def _is_other(facts):
    """Whether the daemon runs something else than its file says."""
    return bool(facts and facts["config"] and facts["config"]["loaded"] is False)


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "step": {"type": "str", "choices": ["stage", "load", "verify", "confirm", "revert"], "required": True},
            "content": {"type": "str", "no_log": True},
            "test": {"type": "bool", "default": True},
            "transaction": {"type": "str"},
            "at": {"type": "float"},
            "window": {"type": "float", "default": 3.0},
            "confirm_timeout": {"type": "int", "default": 60},
            "timeout": {"type": "int", "default": 20},
            "hold": {"type": "float", "default": 0.0},
            "reload": {"type": "bool", "default": False},
            "stop": {"type": "bool", "default": False},
            "alone": {"type": "bool", "default": False},
            "path": {"type": "path", "default": "/etc/keepalived/keepalived.conf"},
        },
        required_if=[("step", "stage", ["content"])]
        + [("step", step, ["transaction"]) for step in ("load", "verify", "confirm", "revert")],
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    step = Step(module)
    try:
        result = getattr(step, module.params["step"])()
    except ERRORS as error:
        module.fail_json(msg=to_text(error), path=step.path)
    except (IOError, OSError) as error:
        module.fail_json(msg="%s: %s" % (error.filename or os.path.dirname(step.path), to_text(error)), path=step.path)
    module.exit_json(path=step.path, **result)


if __name__ == "__main__":
    main()
