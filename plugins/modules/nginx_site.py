#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: nginx_site
short_description: Puts a site of nginx in effect, and sees that it is; takes it back
version_added: 1.1.0
description:
  - V(put) tests a site within nginx's whole configuration, puts it in its place, and reloads a running nginx.
  - The reload counts when nginx has made new workers and each of O(requests) is answered with status 200. C(nginx -t)
    does not see a port that another process holds, and C(systemctl reload) says that all is well then. Otherwise the
    former site comes back, and the error carries nginx's own words.
  - V(restore) brings back what V(put) with O(kept) or O(keep) replaced, byte for byte.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.write
options:
  step:
    description: Which step to take.
    type: str
    choices: [put, restore]
    default: put
  path:
    description: Where the site belongs. Owned by root, mode 0644.
    type: path
    default: /etc/nginx/conf.d/hot-standby.conf
  content:
    description: The site. Required by O(step=put).
    type: str
  requests:
    description: What nginx must answer with status 200 when it was reloaded.
    type: list
    elements: dict
    default: []
    suboptions:
      address:
        description: IP address to ask.
        type: str
        default: 127.0.0.1
      port:
        description: TCP port.
        type: int
        default: 80
      path:
        description: Path of the page.
        type: str
        default: /
      host:
        description: The C(Host) header, by default O(requests[].address).
        type: str
  keep:
    description:
      - Whether O(step=put) keeps what was there before, for O(step=restore) without O(kept). With V(false) nothing is
        kept so, and what an earlier step has kept is taken away.
    type: bool
    default: false
  kept:
    description:
      - Where what a change touches is noted as it was, until the change is final; see
        M(hotstandby.vrrp.hot_standby_files). O(step=put) notes the site unless it is noted, O(step=restore) brings it
        back.
      - It comes back by itself, unlike with O(keep), where the change is not ended.
    type: path
    version_added: 1.2.0
  run:
    description: Text that no other run has, for O(kept). What another run has left there is not brought back.
    type: str
    default: ""
    version_added: 1.2.0
  timeout:
    description: How long nginx may take to make new workers, in seconds.
    type: int
    default: 30
  record:
    description:
      - What to note first as it was before the first run. They are options of M(hotstandby.vrrp.hot_standby_manifest),
        C(files), C(services) and C(packages).
    type: dict
    default: {}
    version_added: 1.2.0
notes:
  - Where nginx does not run nothing is reloaded, and nothing asked.
  - In check mode the site is tested and not written.
seealso:
  - module: hotstandby.vrrp.keepalived_config
"""

EXAMPLES = r"""
- name: Put a site in effect
  hotstandby.vrrp.nginx_site:
    content: "{{ lookup('ansible.builtin.template', 'site.conf.j2') }}"
    requests: [{port: 80, path: /health, host: www.example.com}]
    kept: /var/lib/hot-standby/change.json
    run: "{{ began }}"

- name: Bring back what was there before
  hotstandby.vrrp.nginx_site:
    step: restore
    kept: /var/lib/hot-standby/change.json
    run: "{{ began }}"
"""

RETURN = r"""
path:
  description: Where the site is.
  type: str
  returned: always
  sample: /etc/nginx/conf.d/hot-standby.conf
reloaded:
  description: Whether nginx was reloaded. V(false) where it does not run.
  type: bool
  returned: when O(step=put)
"""


from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import (
    manifest as _manifest,
    record as _record,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config.service import SERVICE
from ansible_collections.hotstandby.vrrp.plugins.module_utils._nginx import site as _site, workers
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import place, touched
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import http_request

FOLDER = "/var/lib/hot-standby"
REQUEST = {
    "address": {"type": "str", "default": "127.0.0.1"},
    "port": {"type": "int", "default": 80},
    "path": {"type": "str", "default": "/"},
    "host": {"type": "str"},
}


def put(module, site):
    """The step V(put), in check mode as far as nothing is written."""
    content, before = to_bytes(module.params["content"]), site.read()
    changed = not site.is_as(content)
    diff = {"before": to_text(before or b""), "after": module.params["content"], "before_header": site.path,
            "after_header": site.path}  # fmt: skip
    reloaded = False
    if not module.check_mode and not module.params["kept"]:
        # What a run before has left is not what this one replaces.
        put_back.unlink(_place(site))
    if changed:
        site.test(content, module.tmpdir)
    if changed and not module.check_mode:
        if module.params["kept"]:
            _keep(module, site.path)
        elif module.params["keep"]:
            _record.keep(_place(site), module.params["run"], [site.path])
        reloaded = site.put(
            content, module.params["requests"], lambda: module.set_default_selinux_context(site.path, False)
        )
    return {"changed": changed, "reloaded": reloaded, "diff": diff}


def _keep(module, path):
    """Notes what is there, and has it come back by itself where nobody ends the change."""
    kept, run = module.params["kept"], module.params["run"]
    began = _record.is_of(kept, run)
    if not began:
        touched.settle(module.run_command, module.get_bin_path, SERVICE)
    _record.keep(kept, run, [path], pending=touched.is_pending(kept))
    if not began:
        readers = {path: ["reload", workers.UNIT]}
        touched.begin(module.run_command, module.get_bin_path, SERVICE, kept, readers, run)


def _place(site):
    """Where the former site waits without the option kept."""
    return "%s/%s.json" % (FOLDER, site.path.strip("/").replace("/", "-"))


def restore(module, site):
    """The step V(restore)."""
    kept = _record.kept(module.params["kept"] or _place(site), module.params["run"])
    changed = site.path in kept and not module.check_mode and site.restore(kept[site.path])
    if not module.check_mode and not module.params["kept"]:
        put_back.unlink(_place(site))
    return {"changed": changed}


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "step": {"type": "str", "choices": ["put", "restore"], "default": "put"},
            "path": {"type": "path", "default": "/etc/nginx/conf.d/hot-standby.conf"},
            "content": {"type": "str"},
            "requests": {"type": "list", "elements": "dict", "default": [], "options": REQUEST},
            "keep": {"type": "bool", "default": False},
            "kept": {"type": "path"},
            "run": {"type": "str", "default": ""},
            "timeout": {"type": "int", "default": 30},
            "record": {"type": "dict", "default": {}},
        },
        required_if=[("step", "put", ["content"])],
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    site = _site.Site(
        module.params["path"], module.run_command, module.get_bin_path("systemctl", required=True),
        module.get_bin_path("nginx", opt_dirs=["/usr/sbin", "/sbin"]), module.params["timeout"],
    )  # fmt: skip
    try:
        noted = _record.noted(
            _record.Host(module), _manifest.PATH, module.params["record"], _manifest.SIGNS, module.check_mode
        )["added"] if module.params["record"] else {}  # fmt: skip
        result = {"put": put, "restore": restore}[module.params["step"]](module, site)
        result["changed"] = result["changed"] or bool(noted)
    except (workers.NginxError, http_request.HttpError, place.TransactionError) + _record.ERRORS as error:
        module.fail_json(msg=to_text(error), path=site.path)
    except (IOError, OSError) as error:
        module.fail_json(msg="%s: %s" % (error.filename or site.path, to_text(error)), path=site.path)
    module.exit_json(path=site.path, **result)


if __name__ == "__main__":
    main()
