# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The steps of the module keepalived_config, each as its documentation has it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import time

from ansible.module_utils.common.text.converters import to_text
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import netlink, write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import daemon as _daemon, info, masking
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import (
    script_trial,
    stage as _stage,
    syntax_test,
    verify as _verify,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config.service import SERVICE
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import (
    backup as _backup,
    confirm as _confirm,
    place,
    switch,
    touched,
)

LEAST_LEAD = 0.1  # seconds
LateError = place.LateError
ERRORS = (_stage.ConfigError, place.TransactionError, netlink.NetlinkError)


class Steps(object):
    """The steps, for one host.

    :arg module: the AnsibleModule, with its options.
    """

    def __init__(self, module):
        self._module = module
        self._parameters = module.params
        # A link stays a link: what it points at is replaced.
        self.path = os.path.realpath(module.params["path"])
        self._program = self._find("keepalived")

    def _find(self, name):
        return self._module.get_bin_path(name, opt_dirs=["/usr/sbin", "/sbin"])

    def _require(self, name):
        return self._module.get_bin_path(name, required=True)

    def _run(self, argv):
        return self._module.run_command(argv)

    def _look(self):
        return info.collect(self._run, self._find)

    def _version(self):
        """Version of the installed keepalived, C(None) without one."""
        if self._program is None:
            return None
        return _daemon.parse_version("".join(self._run([self._program, "-v"])[1:]))["version"]

    def _systemctl(self):
        return self._require("systemctl")

    def stage(self):
        """See the documentation."""
        if self._program is None and not self._module.check_mode:
            raise _stage.ConfigError("keepalived is not installed: install it before its configuration.")
        tester = None
        if self._program is not None and self._parameters["test"]:
            programs = [self._module.get_bin_path(name) for name in ("unshare", "timeout")]
            tester = syntax_test.Tester(self._run, self._program, *programs)
        settled = not self._module.check_mode and _confirm.settle_leftover(
            self.path, self._run, self._systemctl(), SERVICE
        )
        content, scratch = to_text(self._parameters["content"]), self._module.tmpdir
        result = _stage.stage(
            self.path, content, tester, netlink.interfaces(), scratch, self._module.check_mode,
            self._parameters["reload"], self._version(), os.geteuid() == 0 and self._parameters["test"],
        )  # fmt: skip
        result["changed"] = result["changed"] or settled
        if result["transaction"]:
            # A file has the type of its directory; where the policy has another for it, that one.
            self._module.set_default_selinux_context(self._staged(result["transaction"]), False)
        return result

    def try_scripts(self):
        """See the documentation."""
        if not self._nothing():
            staged, runner = self._found_staged(), script_trial.Runner(self._run, self._find)
            found = script_trial.problems(
                _stage.statements(staged), _stage.statements(self.path), self._parameters["scripts"], runner
            )  # fmt: skip
            _stage.refuse(found, _stage.read(staged))
        return {"changed": False}

    def _staged(self, transaction):
        return place.staged_path(self.path, transaction)

    def arm(self):
        """See the documentation."""
        if self._nothing():
            return {"changed": False, "armed": False}
        self._arm(self._found_staged(), None, _daemon.find())
        return {"changed": True, "armed": True}

    def load(self):
        """See the documentation."""
        transaction, at = self._parameters["transaction"], self._parameters["at"]
        if self._nothing():
            return {"changed": False, "armed": False}
        if switch.is_armed(transaction):
            _see_that_it_is_time(at)
            instant = time.time() if at is None else at
            switch.release(transaction, instant, self._parameters["confirm_timeout"])
            return {"changed": True, "armed": True}
        staged, daemon = self._found_staged(), _daemon.find()
        if daemon is None and at is None:
            return self._place(staged, transaction)
        _see_that_it_is_time(at)
        self._arm(staged, at, daemon)
        if at is None:
            # At once is when all is ready, however long that takes here.
            switch.release(transaction, time.time(), self._parameters["confirm_timeout"])
        return {"changed": True, "armed": True}

    def _found_staged(self):
        staged = self._staged(self._parameters["transaction"])
        if not os.path.exists(staged):
            raise place.TransactionError("Another run has replaced what this one has staged: run again.")
        return staged

    def _arm(self, staged, at, daemon):
        """Has the watchdog wait for the instant, or to be told it.

        :arg at: epoch seconds, C(None) where it is told later.
        :arg daemon: as from C(daemon.find).
        """
        if daemon is not None and daemon["frozen"]:
            raise place.TransactionError(
                "keepalived is stopped (SIGSTOP, or systemctl freeze) and would not read it. Continue it first."
            )
        stop = daemon is not None and self._parameters["stop"]
        shared = self._parameters["step"] == "arm" or self._parameters["at"] is not None
        facts = self._look() if daemon else None
        before = _verify.states(facts) if daemon else {}
        reload_needed = not _stage.says_the_same(self.path, staged) or _is_other(facts)
        if reload_needed and not stop and _takes_no_reload(facts):
            raise place.TransactionError(
                "keepalived runs with reload_check_config, with which its version takes no reload: nothing was loaded. "
                "Take the step renew before, or restart it with a configuration without that keyword."
            )
        systemd_run, systemctl = self._module.get_bin_path("systemd-run", True), self._systemctl()
        if self._parameters["kept"] and os.path.exists(self._parameters["kept"]):
            # It is for whoever asks the load back to put back the rest. He may be lost before he does.
            touched.start_timer(self._run, self._module.get_bin_path)
        switch.arm(
            self.path, staged, self._parameters["transaction"], at, self._parameters["confirm_timeout"], SERVICE,
            None if stop else daemon, reload_needed, before,
            together=shared and not self._parameters["alone"], start=stop, kept=self._parameters["kept"],
            readers=dict((path, words.split()) for path, words in self._parameters["readers"].items()),
            run=self._parameters["run"],
        )  # fmt: skip
        if stop:
            self._run([systemctl, "stop", SERVICE.unit])
        switch.start_watchdog(self.path, self._run, systemd_run, systemctl, SERVICE)

    def _place(self, staged, transaction):
        """Where no daemon runs there is nothing to verify, and nothing to take back."""
        backup = _backup.keep(self.path)
        os.rename(staged, self.path)
        _confirm.note_final(self.path, transaction)
        return dict({"changed": True, "armed": False}, **({"backup_file": backup} if backup else {}))

    def verify(self):
        """See the documentation."""
        if self._nothing():
            return {"changed": False}
        state = _confirm.loaded(self._parameters["transaction"])
        if state["pid"] is None:
            return {"changed": False, "late": state["late"], "instances": {}}
        hold = self._parameters["hold"]
        # A clock that is set meanwhile must not make it wait for longer.
        left = min(hold, max(0.0, state["loaded_at"] + hold - time.time()))
        facts, trouble = _verify.wait(
            self._look, state["before"], self._parameters["timeout"], left, bool(state.get("reload"))
        )
        # What the watchdog has noticed meanwhile comes first.
        _confirm.loaded(self._parameters["transaction"])
        if trouble:
            raise place.TransactionError(self._explained(trouble, state["loaded_at"]))
        return {"changed": False, "late": state["late"], "instances": self._states(facts)}

    def _nothing(self):
        """Whether there is nothing to verify, confirm or revert: nothing was staged, or it is final already."""
        transaction = self._parameters["transaction"]
        if not transaction or self._module.check_mode:
            return True
        found = place.state()
        return found is not None and found["id"] == transaction and found["phase"] == "confirmed"

    def _states(self, facts):
        return dict((one["name"], one["state"]) for one in facts["instances"])

    def _explained(self, trouble, since):
        """What is wrong, with what the daemon says, and no secret of either configuration."""
        journalctl = self._module.get_bin_path("journalctl")
        text = "%s %s" % (trouble, _verify.words(self._run, journalctl, since))
        for path in (self.path, place.previous_path(self.path)):
            text = masking.without(text, masking.secrets(_stage.read(path) or ""))
        return text.strip()

    def confirm(self):
        """See the documentation."""
        if self._nothing():
            self._forget()
            return {"changed": False}
        backup = _confirm.confirm(self.path, self._parameters["transaction"])
        self._forget()
        return dict({"changed": True}, **({"backup_file": backup} if backup else {}))

    def _forget(self):
        """What was kept is not needed any more."""
        if self._parameters["kept"] and not self._module.check_mode:
            touched.end(self._run, self._module.get_bin_path, self._parameters["kept"])

    def revert(self):
        """See the documentation."""
        if self._nothing():
            return {"changed": False}
        at = self._parameters["at"]
        state = _confirm.revert(
            self.path, self._parameters["transaction"], time.time() if at is None else at, self._run,
            self._systemctl(), SERVICE,
        )  # fmt: skip
        if state is None:
            write.unlink(self._staged(self._parameters["transaction"]))
            return {"changed": False}
        if state["phase"] not in ("reverted", "cancelled"):
            raise place.TransactionError(_confirm.taken_back(state))
        if state["pid"] is None:
            return {"changed": True, "instances": {}}
        facts, trouble = _verify.wait(
            self._look, state["before"], self._parameters["timeout"], due=bool(state.get("reload"))
        )
        if trouble:
            # Without keepalived's own words: they may quote a secret of the configuration that is gone.
            raise place.TransactionError("The former configuration is back in its place, but: %s" % trouble)
        return {"changed": True, "instances": self._states(facts)}

    def renew(self):
        """See the documentation."""
        facts = self._look()
        if not _takes_no_reload(facts):
            return {"changed": False}
        if self._module.check_mode:
            return {"changed": True}
        systemctl = self._systemctl()
        _confirm.settle_leftover(self.path, self._run, systemctl, SERVICE)
        running = _daemon.running_configuration(facts["vrrp_pid"], facts["pid"])
        if running is None:
            raise _stage.ConfigError(
                "What keepalived runs cannot be seen. It runs with reload_check_config, with which its version takes "
                "no reload: restart it by hand with a configuration without that keyword."
            )
        backup = _backup.keep(self.path)
        text = _daemon.without_reload_check(running["text"])
        write.replace(self.path, text.encode("utf-8"), _stage.MODE)
        self._module.set_default_selinux_context(self.path, False)
        rc, out, err = self._run([systemctl, "restart", SERVICE.unit])
        if rc != 0:
            raise _stage.ConfigError("systemd could not restart keepalived: %s" % (err or out).strip())
        return dict({"changed": True}, **({"backup_file": backup} if backup else {}))


def _see_that_it_is_time(at):
    """Whether the instant can still be kept.

    :raises LateError: it cannot.
    """
    if at is not None and at - time.time() < LEAST_LEAD:
        raise place.LateError(
            "This host was reached %.1f s after the instant to load: nothing was loaded on it."
            % (time.time() + LEAST_LEAD - at)
        )


def _is_other(facts):
    """Whether the daemon may run something else than its file says: also where it is not known, or has left out a part.

    To read it once more is harmless, and shows.
    """
    return bool(facts and facts["config"] and (facts["config"]["loaded"] is not True or facts["not_tracked"]))


def _takes_no_reload(facts):
    """Whether the daemon would not take a reload; see C(daemon.takes_reload)."""
    return bool(facts and facts["config"] and facts["config"]["takes_reload"] is False)
