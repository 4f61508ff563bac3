#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: hot_standby_files
short_description: Puts the files of a member in place, all in one go
version_added: 1.2.0
description:
  - Writes, makes and removes a set of files that belong together, each whole or not at all. They are root's.
  - Before it touches anything it can note what is there, for M(hotstandby.vrrp.hot_standby_manifest) to make it so
    again.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.write
options:
  files:
    description: The files, in the order in which they are put in place.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Where it is. Directories above it that are not there are made.
        type: path
        required: true
      state:
        description:
          - V(file) is a file with a content. V(directory) and V(absent) say it.
          - V(setting) is one line C(NAME=VALUE) of a file, the rest of which is others'.
        type: str
        choices: [file, directory, absent, setting]
        default: file
      mode:
        description: Its mode, octal. Left out, what is there keeps its own, and a new file has V(0644).
        type: str
      text:
        description:
          - What a file holds; O(texts) is looked at first. In neither, its content is others', and it has to be there.
        type: str
      only_over:
        description:
          - Contents that may be replaced, besides none. A file that holds anything else is somebody's, and keeps it.
          - Left out, any content is replaced.
        type: list
        elements: str
      name:
        description: The name of the setting.
        type: str
      value:
        description: Its value, as it stands in the file.
        type: str
      part:
        description: Not looked at. What the plan says of it.
        type: str
  texts:
    description: By path what files hold.
    type: dict
    default: {}
  record:
    description:
      - What to note first as it was before the first run. They are options of M(hotstandby.vrrp.hot_standby_manifest),
        C(files), C(directories), C(sysctl), C(services) and C(packages).
    type: dict
    default: {}
  look:
    description:
      - What to look at on the host from now on; see the option of that name of M(hotstandby.vrrp.hot_standby_manifest).
    type: dict
  kept:
    description:
      - Where to note besides how O(kept_files) and O(kept_sysctl) are now, to bring them back by
        M(hotstandby.vrrp.hot_standby_manifest) if the change is taken back. They come back by themselves where the host
        is started anew, or nobody has gone on with the change for an hour.
      - Where a file cannot be put in place, they are brought back at once. While another run's load is not confirmed
        nothing is done.
      - Left out, that is not noted.
    type: path
  run:
    description:
      - Text that no other run has, for O(kept). What another run has noted there, and has left, goes.
    type: str
    default: ""
  kept_files:
    description: Files, for O(kept).
    type: list
    elements: path
    default: []
  kept_sysctl:
    description: Kernel parameters, for O(kept).
    type: list
    elements: str
    default: []
  readers:
    description: By path of a file in O(kept) what systemd does when it is back, such as V(reload nginx.service).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Put two files and a setting in place
  hotstandby.vrrp.hot_standby_files:
    files:
      - {path: /usr/libexec/keepalived, state: directory, mode: "0755"}
      - {path: /usr/libexec/keepalived/check, mode: "0755", text: "#!/bin/sh\nexit 0\n"}
      - {path: /etc/default/keepalived, state: setting, name: DAEMON_ARGS, value: '"--vrrp"', mode: "0644"}
    record:
      files: [/usr/libexec/keepalived/check, /etc/default/keepalived]
      directories: [/usr/libexec/keepalived]
"""

RETURN = r"""
written:
  description: What was made or written, or whose mode or owner was set.
  type: list
  elements: str
  returned: success
removed:
  description: What was removed.
  type: list
  elements: str
  returned: success
noted:
  description: What O(record) has noted that was not noted before, by kind.
  type: dict
  returned: success
firewall:
  description: Of the manifest, the entries of firewalls that were not there before the first run.
  type: dict
  returned: success
selinux:
  description: Of the manifest, what SELinux's policy did not allow before.
  type: list
  elements: dict
  returned: success
lost:
  description: Whether the manifest was lost; see M(hotstandby.vrrp.hot_standby_manifest).
  type: bool
  returned: success
"""

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_text
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import (
    files as _files,
    manifest as _manifest,
    record as _record,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config.service import SERVICE
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import place, touched


def run(module):
    """Everything, in its order: to note, then to write. Returns the return values."""
    options, host = module.params, _record.Host(module)
    manifest = _record.noted(
        host, _manifest.PATH, options["record"], _manifest.SIGNS, module.check_mode, options["look"]
    )
    kept = options["kept"] if not module.check_mode else None
    if kept:
        touched.settle(module.run_command, module.get_bin_path, SERVICE)
        _record.keep(
            kept, options["run"], options["kept_files"], options["kept_sysctl"], touched.is_pending(kept)
        )  # fmt: skip
        readers = dict((path, words.split()) for path, words in options["readers"].items())
        touched.begin(module.run_command, module.get_bin_path, SERVICE, kept, readers, options["run"])
    try:
        found = _files.put(
            options["files"], options["texts"], module.check_mode,
            lambda path: module.set_default_selinux_context(path, False),
        )  # fmt: skip
    except (_files.FilesError, IOError, OSError):
        if kept:
            put_back.whole(kept)
            touched.end(module.run_command, module.get_bin_path, kept)
        raise
    changed = bool(found["written"] or found["removed"] or manifest["added"])
    told = dict((key, manifest["manifest"][key]) for key in ("firewall", "selinux", "lost"))
    return dict(told, changed=changed, noted=manifest["added"], **found)


def main():
    """Entry point."""
    texts = {"type": "list", "elements": "str"}
    entry = {
        "path": {"type": "path", "required": True},
        "state": {"type": "str", "choices": list(_files.STATES), "default": _files.FILE},
        "mode": {"type": "str"}, "text": {"type": "str"}, "only_over": texts, "name": {"type": "str"},
        "value": {"type": "str"}, "part": {"type": "str"},
    }  # fmt: skip
    module = AnsibleModule(
        argument_spec={
            "files": {
                "type": "list", "elements": "dict", "required": True, "options": entry,
                "required_if": [("state", _files.SETTING, ["name", "value"])],
            },
            "texts": {"type": "dict", "default": {}},
            "record": {"type": "dict", "default": {}},
            "kept": {"type": "path"},
            "run": {"type": "str", "default": ""},
            "kept_files": {"type": "list", "elements": "path", "default": []},
            "look": {"type": "dict"},
            "kept_sysctl": {"type": "list", "elements": "str", "default": []},
            "readers": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )  # fmt: skip
    module.run_command_environ_update = {"LC_ALL": "C"}
    try:
        result = run(module)
    except (_files.FilesError, place.TransactionError) + _record.ERRORS as error:
        module.fail_json(msg=to_text(error))
    except (IOError, OSError) as error:
        module.fail_json(msg="%s: %s" % (error.filename, to_text(error.strerror or error)))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
