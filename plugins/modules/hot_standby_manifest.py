#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: hot_standby_manifest
short_description: Remembers what a host was like before it became a member, and makes it so again
version_added: 1.0.0
description:
  - V(record) notes how the named things are, before they are touched for the first time. What is noted already stays as
    it is, so that this can be called at every run.
  - V(restore) puts files, directories and kernel parameters back as they were noted, and tells what the services and
    packages were.
  - V(forget) removes the manifest.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.write
options:
  step:
    description: What to do.
    type: str
    choices: [record, restore, forget]
    required: true
  files:
    description: Files, for O(step=record). They are kept whole, up to 1 MiB each.
    type: list
    elements: path
    default: []
  directories:
    description: Directories, for O(step=record). Those that were not there are removed again, when they are empty.
    type: list
    elements: path
    default: []
  sysctl:
    description: Kernel parameters, for O(step=record).
    type: list
    elements: str
    default: []
  services:
    description: Units of systemd's, for O(step=record).
    type: list
    elements: str
    default: []
  packages:
    description: Packages, for O(step=record).
    type: list
    elements: str
    default: []
  zone:
    description:
      - Entries of a firewalld zone that were not there before, for O(step=record).
      - They are as M(ansible.posix.firewalld) takes them.
    type: list
    elements: dict
    default: []
  direct:
    description:
      - Direct rules that were not there before, for O(step=record).
      - They are as M(hotstandby.vrrp.firewalld_direct) takes them.
    type: list
    elements: dict
    default: []
  ufw:
    description:
      - Rules of ufw that were not there before, for O(step=record).
      - They are as M(community.general.ufw) takes them.
    type: list
    elements: dict
    default: []
  selinux:
    description:
      - What SELinux's policy did not allow before, for O(step=record).
      - They are dictionaries with V(port) and V(setype), or with V(boolean).
    type: list
    elements: dict
    default: []
  gone:
    description: Entries of O(zone), O(direct), O(ufw) and O(selinux) that are removed, for O(step=record).
    type: list
    elements: dict
    default: []
  look:
    description:
      - What to look at on the host from now on, for O(step=record). They are options of
        M(hotstandby.vrrp.hot_standby_info), which looks at that when it is told to look at what is remembered.
      - Nothing by default, and what was noted stays.
    type: dict
  leftovers:
    description: Patterns of files that were made besides, for O(step=restore).
    type: list
    elements: str
    default: []
  signs:
    description:
      - Files that nobody else writes. Where one of them is there, and no manifest, it was lost. O(step=record) then
        takes nothing that it finds for what was there before, a file, a directory or keepalived's service.
      - A removal takes these off. Kernel parameters, packages, other services, and what firewalls and SELinux let in
        stay as they are.
    type: list
    elements: path
    default:
      - /etc/nginx/conf.d/hot-standby.conf
      - /etc/sysctl.d/60-hot-standby.conf
      - /etc/systemd/system/keepalived.service.d/50-hot-standby.conf
  run:
    description:
      - Bring back for O(step=restore) only what M(hotstandby.vrrp.hot_standby_files) has kept in O(path) in the run
        with this text. Of another run's nothing is done, and RV(known) is V(false). O(step=forget) removes it, and it
        does not come back by itself any more.
    type: str
    version_added: 1.2.0
  path:
    description: Where the manifest is. It holds files that were replaced, and is for root alone.
    type: path
    default: /var/lib/hot-standby/manifest.json
"""

EXAMPLES = r"""
- name: Note what is there before
  hotstandby.vrrp.hot_standby_manifest:
    step: record
    files: [/etc/keepalived/keepalived.conf]
    sysctl: [net.ipv4.ip_forward]
    services: [keepalived]
    packages: [keepalived]

- name: Make it so again
  hotstandby.vrrp.hot_standby_manifest:
    step: restore
  register: before
"""

RETURN = r"""
added:
  description: What was not noted before, by kind.
  type: dict
  returned: when O(step=record)
done:
  description: What was done, in words.
  type: list
  elements: str
  returned: when O(step=restore)
services:
  description: By unit whether it was V(enabled) and V(active). A unit that was not there was neither.
  type: dict
  returned: when O(step=record) or O(step=restore)
packages:
  description: By package whether it was installed.
  type: dict
  returned: when O(step=record) or O(step=restore)
firewall:
  description: The entries that were not there before, V(zone), V(direct) and V(ufw).
  type: dict
  returned: when O(step=record) or O(step=restore)
selinux:
  description: What SELinux's policy did not allow before.
  type: list
  elements: dict
  returned: when O(step=record) or O(step=restore)
known:
  description: Whether there is a manifest.
  type: bool
  returned: always
lost:
  description:
    - Whether the manifest was lost, and O(step=record) began it anew on a host that was a member. What was there before
      is not known then.
    - With V(known) false that it is lost now.
  type: bool
  returned: when O(step=record) or O(step=restore)
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import (
    manifest as _manifest,
    record as _record,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import touched


def record(module, manifest):
    """The step record."""
    options, host = module.params, _record.Host(module)
    added = _manifest.record(manifest, options, host.services, host.packages)
    owned = _manifest.own(manifest, dict((kind, options[kind]) for kind in _manifest.KINDS))
    disowned = _manifest.disown(manifest, options["gone"])
    changed = bool(added or owned or disowned)
    # What to look at is for the next run alone, and nothing on the host works otherwise by it: that is no change.
    other = options["look"] is not None and options["look"] != manifest.get("look")
    if other:
        manifest["look"] = options["look"]
    if (changed or other) and not module.check_mode:
        _manifest.write(options["path"], manifest)
    return dict(told(manifest), changed=changed, added=added)


def restore(module, manifest):
    """The step restore."""
    if module.params["run"] is None and not module.check_mode:
        # It would come in between.
        touched.stop_timer(module.run_command, module.get_bin_path)
    done = _manifest.restore(manifest, module.params["leftovers"], module.check_mode)
    return dict(told(manifest), changed=bool(done), done=done)


def forget(module, path):
    """The step forget."""
    if module.params["run"] is None:
        _manifest.forget(path)
    else:
        touched.end(module.run_command, module.get_bin_path, path)


def told(manifest):
    """What of the manifest is returned: no content of a file."""
    return dict((key, manifest[key]) for key in ("services", "packages", "firewall", "selinux", "lost"))


def main():
    """Entry point."""
    names = {"type": "list", "elements": "str", "default": []}
    paths = {"type": "list", "elements": "path", "default": []}
    entries = {"type": "list", "elements": "dict", "default": []}
    module = AnsibleModule(
        argument_spec={
            "step": {"type": "str", "choices": ["record", "restore", "forget"], "required": True},
            "files": paths, "directories": paths, "sysctl": names, "services": names, "packages": names,
            "zone": entries, "direct": entries, "ufw": entries, "selinux": entries, "gone": entries,
            "leftovers": names, "run": {"type": "str"}, "look": {"type": "dict"},
            "signs": {"type": "list", "elements": "path", "default": list(_manifest.SIGNS)},
            "path": {"type": "path", "default": _manifest.PATH},
        },
        supports_check_mode=True,
    )  # fmt: skip
    module.run_command_environ_update = {"LC_ALL": "C"}
    path = module.params["path"]
    run = module.params["run"]
    known = os.path.exists(path) and (run is None or _record.is_of(path, run))
    try:
        if module.params["step"] == "forget":
            if known and not module.check_mode:
                forget(module, path)
            result = {"changed": known}
        elif run is not None and not known:
            result = {"changed": False, "done": []}
        else:
            manifest = _manifest.opened(path, module.params["signs"])
            result = {"record": record, "restore": restore}[module.params["step"]](module, manifest)
    except _record.ERRORS as error:
        module.fail_json(msg=str(error))
    except (IOError, OSError) as error:
        module.fail_json(msg="%s: %s" % (error.filename or path, error.strerror or error))
    module.exit_json(known=known, **result)


if __name__ == "__main__":
    main()
