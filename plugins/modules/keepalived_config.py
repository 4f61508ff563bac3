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
  - Tests a configuration with the installed keepalived, backs the old file up, and replaces it in one step.
  - A configuration that does not pass never reaches its place. The file is left as it was and the error carries keepalived's own words.
  - Does not tell the daemon. Reload it afterwards when the result is changed.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.write
  - ansible.builtin.files
options:
  content:
    description:
      - The whole configuration.
      - It holds secrets and is therefore never logged. Differences are shown with the secrets masked.
    type: str
    required: true
  path:
    description: Where the configuration belongs.
    type: path
    default: /etc/keepalived/keepalived.conf
  mode:
    default: "0640"
  backup:
    description: Keep the replaced file, readable by root alone.
    type: bool
    default: true
notes:
  - In check mode on a host without keepalived the configuration cannot be tested. RV(validated) is then V(false).
seealso:
  - module: hotstandby.vrrp.keepalived_info
"""

EXAMPLES = r"""
- name: Put the configuration in place
  hotstandby.vrrp.keepalived_config:
    content: "{{ lookup('ansible.builtin.template', 'keepalived.conf.j2') }}"
  notify: Reload keepalived
"""

RETURN = r"""
path:
  description: Where the configuration is.
  type: str
  returned: always
  sample: /etc/keepalived/keepalived.conf
validated:
  description: Whether the installed keepalived has tested it. V(false) where keepalived is older than 2.0.4, or not installed in check mode.
  type: bool
  returned: always
backup_file:
  description: The replaced file.
  type: str
  returned: when one was replaced
  sample: /etc/keepalived/keepalived.conf.4711.2026-01-31@12:00:00~
"""

import os
import tempfile
import uuid

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_config, _keepalived_secrets


def read(path):
    """Content of the file as text, or C(None) if there is none."""
    if not os.path.exists(path):
        return None
    with open(path, "rb") as stream:
        return to_text(stream.read(), errors="surrogate_or_replace")


def stage(module, content):
    """Writes the content beside its place, unreadable for others, and returns the path of that file."""
    directory = os.path.dirname(module.params["path"])
    if not os.path.isdir(directory):
        directory = module.tmpdir
    descriptor, staged = tempfile.mkstemp(prefix=".keepalived.conf.", dir=directory)
    module.add_cleanup_file(staged)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(to_bytes(content))
    return staged


def replace(module, staged, before):
    """Backs the old file up and puts the new one in its place. Returns the path of the backup, or C(None)."""
    path = module.params["path"]
    backup = None
    if before is not None and module.params["backup"]:
        backup = module.backup_local(path)
        os.chmod(backup, 0o600)
    module.atomic_move(staged, path)
    return backup


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "content": {"type": "str", "required": True, "no_log": True},
            "path": {"type": "path", "default": "/etc/keepalived/keepalived.conf"},
            "mode": {"type": "raw", "default": "0640"},
            "backup": {"type": "bool", "default": True},
        },
        add_file_common_args=True,
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    path, content = module.params["path"], module.params["content"]
    before = read(path)
    program = module.get_bin_path("keepalived", opt_dirs=["/usr/sbin", "/sbin"])
    if program is None and not module.check_mode:
        module.fail_json(msg="keepalived is not installed: install it before its configuration.")
    try:
        _keepalived_config.check_content(content)
        staged = stage(module, content)
        validated = program is not None and _keepalived_config.validate(
            module.run_command, program, module.get_bin_path("unshare"), staged, content
        )
    except _keepalived_config.ConfigError as error:
        module.fail_json(msg=to_text(error), path=path)
    salt = uuid.uuid4().hex
    result = {
        "path": path,
        "validated": validated,
        "changed": before != content,
        "diff": {
            "before_header": path,
            "after_header": path,
            "before": _keepalived_secrets.masked(before or "", salt),
            "after": _keepalived_secrets.masked(content, salt),
        },
    }
    if result["changed"] and not module.check_mode:
        backup = replace(module, staged, before)
        if backup:
            result["backup_file"] = backup
    if os.path.exists(path):
        file_args = module.load_file_common_arguments(module.params, path=path)
        result["changed"] = module.set_fs_attributes_if_different(file_args, result["changed"])
    module.exit_json(**result)


if __name__ == "__main__":
    main()
