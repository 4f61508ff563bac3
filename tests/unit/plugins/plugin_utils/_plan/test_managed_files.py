# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a member gets, held against the roles that write it."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import managed_files
from builders import inventory, plan

ROLES = pathlib.Path(__file__).resolve().parents[5] / "roles"


def model(**variables):
    hosts = inventory(**variables)
    for host in hosts.values():
        host["observed"]["programs"].update(rsyslogd="/usr/sbin/rsyslogd")
    return plan(hosts)["members"]["app1"]


def test_every_source_is_there():
    for path, one in model()["keepalived"]["files"].items():
        if one and one["source"]:
            assert (ROLES / one["source"]).is_file(), path


def test_every_template_and_script_of_the_roles_is_known():
    hosts = inventory(keepalived_log_transitions=True)
    for host in hosts.values():
        host["observed"]["files"] = {"/etc/needrestart/conf.d": {"exists": True}}
    files = plan(hosts)["members"]["app1"]["keepalived"]["files"]
    known = {one["source"] for one in files.values() if one}
    kept = {
        str(path.relative_to(ROLES))
        for role in ("keepalived", "nginx")
        for folder in ("templates", "files")
        for path in (ROLES / role / folder).glob("*")
    }
    assert kept == known - {None}


def test_the_roles_have_the_same_paths():
    names = yaml.safe_load((ROLES / "keepalived/vars/main.yml").read_text())
    assert names["__keepalived_drop_in"] == managed_files.DROP_IN
    assert names["__keepalived_needrestart_file"] == managed_files.NEEDRESTART
    assert names["__keepalived_logrotate_file"] == managed_files.LOGROTATE
    assert names["__keepalived_rsyslog_file"] == managed_files.RSYSLOG
    assert names["__keepalived_script_directory"] == managed_files.SCRIPTS_FOLDER
    assert names["__keepalived_sysctl_file"] == managed_files.SYSCTL
    assert yaml.safe_load((ROLES / "nginx/vars/main.yml").read_text())["__nginx_site_file"] == managed_files.SITE


@pytest.mark.parametrize("family", ["Debian", "RedHat"])
def test_the_roles_have_the_same_options(family):
    names = yaml.safe_load((ROLES / "keepalived/vars/main.yml").read_text())["__keepalived_platforms"][family]
    place = managed_files.platform({"platform": {"os_family": family}})
    assert (names["options_file"], names["options_variable"]) == place[:2]


def test_all_that_the_roles_write_is_noted_first():
    """What is not in the list would not be put back by a removal."""
    noted = yaml.safe_load((ROLES / "keepalived/vars/main.yml").read_text())["__keepalived_files"]
    names = yaml.safe_load((ROLES / "keepalived/vars/main.yml").read_text())
    for name, value in names.items():
        if isinstance(value, str) and name != "__keepalived_options_file":
            noted = [path.replace("{{ " + name + " }}", value) for path in noted]
    planned = model()["keepalived"]["files"]
    written = {path for path, one in planned.items() if one and one["kind"] == "file"} - {managed_files.SITE}
    # As the role has it for each platform.
    noted += ["/etc/default/keepalived", "/etc/sysconfig/keepalived"]
    assert "{{ __keepalived_options_file }}" in noted
    assert written <= set(noted)


def test_what_a_change_touches_before_it_is_final_is_kept():
    planned = model(keepalived_log_transitions=True)
    kept = [one["path"] for one in planned["keepalived"]["kept"]["files"]]
    assert {
        managed_files.RSYSLOG, managed_files.LOGROTATE, managed_files.SYSCTL, *planned["keepalived"]["settings"],
        f"{managed_files.SCRIPTS_FOLDER}/log_transition",
    } <= set(kept)  # fmt: skip
    # The one has a way of its own to go back, the other comes when all is final.
    assert not {managed_files.CONFIGURATION, managed_files.DROP_IN} & set(kept)
    assert set(planned["keepalived"]["kept"]["readers"]) == {managed_files.SITE, managed_files.RSYSLOG}
    assert all(planned["keepalived"]["files"][path] for path in kept)


def test_what_is_to_be_no_more_is_kept_too():
    kept = model(keepalived_log_target="journald")["keepalived"]["kept"]["files"]
    assert {"path": managed_files.RSYSLOG, "part": "log"} in kept


WRITTEN = [
    {}, {"keepalived_unit_drop_in": False}, {"keepalived_log_target": "journald"}, {"keepalived_sysctl": {}},
    {"keepalived_log_transitions": True, "hot_standby_service": "none"},
]  # fmt: skip


@pytest.mark.parametrize("variables", WRITTEN)
def test_all_that_is_planned_is_written(variables):
    """But what has a way of its own, and what is a package's."""
    planned = model(**variables)
    keepalived = planned["keepalived"]
    written = {entry["path"]: entry for entry in keepalived["writes"]}
    others = {managed_files.CONFIGURATION, managed_files.SITE, managed_files.PROTOCOLS}
    assert len(written) == len(keepalived["writes"])
    assert set(written) == set(keepalived["files"]) - others
    texts = {path for kind in planned["texts"].values() for path in kind}
    for path, entry in written.items():
        wanted = keepalived["files"][path]
        assert entry["state"] == "absent" if wanted is None else int(entry["mode"], 8) & 0o022 == 0, path
        if entry["state"] == "file" and entry.get("text") is None:
            assert path in texts, path
    states = [entry["state"] for entry in keepalived["writes"]]
    assert states == sorted(states, key=lambda state: state != "directory")


def test_what_is_not_to_be_there():
    without = model(keepalived_unit_drop_in=False, keepalived_log_target="journald", keepalived_sysctl={})
    files = without["keepalived"]["files"]
    absent = {path for path, one in files.items() if one is None}
    assert {managed_files.DROP_IN, managed_files.RSYSLOG, managed_files.LOGROTATE} <= absent
    assert f"{managed_files.SCRIPTS_FOLDER}/release_addresses" in absent


@pytest.mark.parametrize("path", sorted(ROLES.glob("*/tasks/**/*.yml")), ids=lambda path: str(path.relative_to(ROLES)))
def test_every_template_is_named_by_its_path(path):
    """A header (ansible_managed) may name its template: the look, which takes it by its path, would see drift."""
    text = path.read_text()
    named = re.findall(r"[^\s'\"]*\.j2", text)
    assert all(name.startswith(("}}/templates/", "/templates/")) for name in named), named
    assert text.count("role_path") >= len(named)
