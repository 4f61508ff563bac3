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
  - V(try_scripts) runs new checks of what was staged once, each by the user that keepalived would take. One that fails
    twice, or does not end in ten seconds or its own timeout, is refused.
  - V(arm) makes everything ready for V(load), which then has little to do. Where V(load) does not come it is undone.
  - V(load) puts it in its place and has a running keepalived read it, now or at an instant that all members share. From
    then on a timer on the host runs. Unless the load is confirmed in time, the former configuration comes back, as it
    does when keepalived ends, or the host is restarted, meanwhile.
  - V(verify) waits for the load and until keepalived is seen to run the new configuration, and is well.
  - V(confirm) makes it final. The former configuration becomes a backup.
  - V(revert) brings the former configuration back, now or at an instant that all members share.
    What was only staged is taken away.
  - V(renew) restarts a keepalived that would take no load, with what it runs. keepalived 2.3.4 and later take no reload
    while they run with C(reload_check_config), and log that they have. The file then holds what the daemon runs less
    that keyword, and what was staged can be loaded. Any other daemon is left alone.
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
    choices: [stage, try_scripts, arm, load, verify, confirm, revert, renew]
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
  scripts:
    description:
      - Names of C(vrrp_script) for O(step=try_scripts), which put an instance in FAULT when they fail. One that the
        live configuration has in the same words is not run, nor one with quotes in its command, or without a whole
        path.
    type: list
    elements: str
    default: []
    version_added: 1.2.0
  transaction:
    description:
      - What O(step=stage) has returned as RV(transaction). Required by the other steps, but for O(step=renew).
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
    description:
      - How long after O(step=load) the former configuration comes back, unless confirmed, in seconds.
      - With O(step=arm), how long it waits for O(step=load).
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
      - Have O(step=arm), or O(step=load) without it, stop keepalived before, and start it again when the load is over,
        confirmed or not.
      - For a standby, and a change that keepalived cannot make while it runs.
    type: bool
    default: false
  alone:
    description:
      - Whether no other member loads at the same instant. Otherwise a keepalived that ends after the load is left down
        until the others revert too, since with the former configuration it might not hear them.
    type: bool
    default: false
  kept:
    description:
      - Where M(hotstandby.vrrp.hot_standby_files) has kept what is to go back with the configuration, for O(step=arm)
        and O(step=load). The timer brings it back where it reverts by itself, and so it is where the host is started
        anew. O(step=revert) leaves it to who asks for that. O(step=confirm) removes it.
    type: path
    version_added: 1.2.0
  run:
    description: What M(hotstandby.vrrp.hot_standby_files) was given as its option of that name, for O(kept).
    type: str
    default: ""
    version_added: 1.2.0
  readers:
    description: By path of a file in O(kept) what systemd does when it is back, such as V(reload nginx.service).
    type: dict
    default: {}
    version_added: 1.2.0
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
  returned: when O(step=arm) or O(step=load)
again:
  version_added: 1.1.0
  description: Whether it failed only since the instant could not be kept, so that a later one is worth a try.
  type: bool
  returned: when O(step=load) failed so
began:
  version_added: 1.1.0
  description: When this call began, in seconds since the epoch by the controller's clock.
  type: float
  returned: always
ended:
  version_added: 1.1.0
  description: The same of its end.
  type: float
  returned: always
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
  returned: when O(step=confirm), O(step=renew), or O(step=load) where keepalived does not run, replaced one
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

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_text
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import steps as _steps

STEPS = ("stage", "try_scripts", "arm", "load", "verify", "confirm", "revert", "renew")


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "step": {"type": "str", "choices": list(STEPS), "required": True},
            "content": {"type": "str", "no_log": True},
            "test": {"type": "bool", "default": True},
            "scripts": {"type": "list", "elements": "str", "default": []},
            "transaction": {"type": "str"},
            "at": {"type": "float"},
            "window": {"type": "float", "default": 3.0},
            "confirm_timeout": {"type": "int", "default": 60},
            "timeout": {"type": "int", "default": 20},
            "hold": {"type": "float", "default": 0.0},
            "reload": {"type": "bool", "default": False},
            "stop": {"type": "bool", "default": False},
            "alone": {"type": "bool", "default": False},
            "kept": {"type": "path"},
            "run": {"type": "str", "default": ""},
            "readers": {"type": "dict", "default": {}},
            "path": {"type": "path", "default": "/etc/keepalived/keepalived.conf"},
        },
        required_if=[("step", "stage", ["content"])]
        + [("step", step, ["transaction"]) for step in STEPS[1:-1]],
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    steps = _steps.Steps(module)
    try:
        result = getattr(steps, module.params["step"])()
    except _steps.LateError as error:
        module.fail_json(msg=to_text(error), path=steps.path, again=True)
    except _steps.ERRORS as error:
        module.fail_json(msg=to_text(error), path=steps.path)
    except (IOError, OSError) as error:
        module.fail_json(msg="%s: %s" % (error.filename or steps.path, to_text(error)), path=steps.path)
    module.exit_json(path=steps.path, **result)


if __name__ == "__main__":
    main()
