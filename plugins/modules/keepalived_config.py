#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: keepalived_config
short_description: Puts a keepalived.conf in place, tested and reversible
version_added: 0.1.0
description:
  - Puts a configuration in effect in two steps, so that all members of a group can have passed the first before any
    takes the second.
  - V(stage) tests it with the installed keepalived and lays it beside the live file. A configuration that does not
    pass never reaches its place, and the error carries keepalived's own words.
  - V(load) keeps a copy of the live file, replaces it by the staged one at once, and has a running keepalived read it.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.write
options:
  step:
    description: Which step to take.
    type: str
    choices: [stage, load]
    required: true
  content:
    description:
      - The whole configuration. Required by, and only for, O(step=stage).
      - It holds secrets and is never logged. Differences are shown with the secrets masked.
    type: str
  test:
    description:
      - Test the configuration with O(step=stage).
      - Set it to V(false) only while something that the configuration names is not there yet, as in check mode.
    type: bool
    default: true
  path:
    description: Where the configuration belongs. Owned by root, readable by root's group, mode 0640.
    type: path
    default: /etc/keepalived/keepalived.conf
notes:
  - In check mode on a host without keepalived the configuration cannot be tested. RV(validated) is then V(false).
  - In check mode nothing is staged, so that O(step=load) has nothing to do. What would change is told by O(step=stage).
seealso:
  - module: hotstandby.vrrp.keepalived_info
"""

EXAMPLES = r"""
- name: Test the configuration and lay it beside the live one
  hotstandby.vrrp.keepalived_config:
    step: stage
    content: "{{ lookup('ansible.builtin.template', 'keepalived.conf.j2') }}"

- name: Put it in its place, and have keepalived read it
  hotstandby.vrrp.keepalived_config:
    step: load
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
reloaded:
  description: Whether a running keepalived was told to read the new file.
  type: bool
  returned: when O(step=load)
backup_file:
  description: The copy of the replaced file, readable by root alone.
  type: str
  returned: when O(step=load) replaced one
  sample: /etc/keepalived/keepalived.conf.4711.2026-01-31@12:00:00~
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_text
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_config, _keepalived_daemon


def tester(module, program):
    """What tests the configuration, or C(None) where it is not to be, or cannot be, tested."""
    if program is None or not module.params["test"]:
        return None
    return _keepalived_config.Tester(module.run_command, program, module.get_bin_path("unshare"))


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "step": {"type": "str", "choices": ["stage", "load"], "required": True},
            "content": {"type": "str", "no_log": True},
            "test": {"type": "bool", "default": True},
            "path": {"type": "path", "default": "/etc/keepalived/keepalived.conf"},
        },
        required_if=[("step", "stage", ["content"])],
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    program = module.get_bin_path("keepalived", opt_dirs=["/usr/sbin", "/sbin"])
    if program is None and not module.check_mode:
        module.fail_json(msg="keepalived is not installed: install it before its configuration.")
    # A link stays a link: what it points at is replaced.
    path = os.path.realpath(module.params["path"])
    try:
        if module.params["step"] == "stage":
            result = _keepalived_config.stage(
                path, to_text(module.params["content"]), tester(module, program), module.tmpdir, module.check_mode
            )
        else:
            result = _keepalived_config.load(
                path, module.backup_local, _keepalived_daemon.reload, module.check_mode
            )
    except _keepalived_config.ConfigError as error:
        module.fail_json(msg=to_text(error), path=path)
    except (IOError, OSError) as error:
        module.fail_json(msg="%s: %s" % (os.path.dirname(path), to_text(error)), path=path)
    module.exit_json(path=path, **result)


if __name__ == "__main__":
    main()
