# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""hot_standby_info beside the commands that tell the same."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import firewalld
from observed import RELEASES, Lab, instance

PASSWORD = "s3cr3t78"
PASS = f"  authentication {{\n    auth_type PASS\n    auth_pass {PASSWORD}\n  }}\n"
KEY = "a-random-key-of-the-controller"
CONF = "/etc/keepalived/keepalived.conf"
HOSTS = [f"{release}a" for release in RELEASES]
ZONES = ["public", "drop", "internal"]


def ordered(zone):
    """What a zone has, each list in order."""
    return {key: sorted(value) if isinstance(value, list) else value for key, value in zone.items()}


def test_everything_in_one_look(daemons: Lab) -> None:
    for number, host in enumerate(HOSTS):
        daemons.configure(host, instance("VI_1", 141 + number, 200, f"{daemons.address(21 + number)}/27", body=PASS))
    daemons.systemctl("start", *HOSTS)
    for number, host in enumerate(HOSTS):
        daemons.wait_for_address(host, daemons.address(21 + number))
    asked = {
        "programs": ["keepalived", "no-such-program"],
        "files": [CONF, "/etc/keepalived", "/etc/os-release", "/no/such/file"],
        "sysctls": ["net.ipv4.ip_forward", "net.no_such_name"],
        "services": ["keepalived", "no-such-unit"],
        "packages": ["keepalived", "nginx", "no-such-package"],
        "settings": {"/etc/os-release": ["ID", "NO_SUCH_NAME"], "/no/such/file": ["ID"]},
        "addresses": [daemons.address(22)],
        "probe": True,
        "listen": 1.5,
    }
    results = daemons.modules(HOSTS, "hot_standby_info", **asked)
    keyed = daemons.modules(HOSTS, "hot_standby_info", files=[CONF], listen=1.5, digest_key=KEY)
    for number, host in enumerate(HOSTS):
        result = results[host]
        assert PASSWORD not in str(result) and PASSWORD not in str(keyed[host])
        files = result["files"]
        conf = files[CONF]
        mode, owner, digest = daemons.sh(host, f"stat -c '%a %U' {CONF}; sha256sum {CONF}").split()[:3]
        assert (conf["mode"], conf["owner"], conf["digest"]) == (f"0{mode}", owner, digest)
        assert keyed[host]["files"][CONF]["digest"] not in (None, digest)
        assert (files["/etc/keepalived"]["kind"], files["/etc/os-release"]["target"]) == (
            "directory", "../usr/lib/os-release"
        )  # fmt: skip
        assert files["/no/such/file"]["exists"] is False
        assert result["settings"] == {"/etc/os-release": {"ID": "debian", "NO_SUCH_NAME": None}, "/no/such/file": None}
        assert result["platform"]["os_family"] == result["platform"]["distribution"] == "Debian"
        assert host.startswith(f"deb{result['platform']['distribution_major_version']}")
        assert (result["manifest"]["known"], result["asked"]["services"]) == (False, asked["services"])
        assert result["programs"] == {"keepalived": "/usr/sbin/keepalived", "no-such-program": None}
        forward = daemons.sh(host, "sysctl -n net.ipv4.ip_forward").strip()
        assert result["sysctls"] == {"net.ipv4.ip_forward": forward, "net.no_such_name": None}
        unit = result["services"]["keepalived"]
        assert (unit["active_state"], unit["sub_state"], unit["restarts"]) == ("active", "running", 0)
        assert unit["main_pid"] == result["keepalived"]["pid"]
        assert result["services"]["no-such-unit"]["load_state"] == "not-found"
        version = daemons.sh(host, "dpkg-query --show --showformat='${Version}' keepalived")
        assert result["packages"] == {"keepalived": version, "nginx": None, "no-such-package": None}
        assert result["package_manager"] == "dpkg"
        assert result["keepalived"]["instances"][0]["state"] == "MASTER"
        (address,) = result["addresses"]
        assert address["held"] is (host == "deb12a")
        assert len(address["probe"]["answers"]) == (0 if address["held"] else 1)
        routers = {one["virtual_router_id"]: one for one in keyed[host]["adverts"]["virtual_routers"]}
        assert set(routers) == {141, 142, 143}
        assert len({router["sources"][0]["auth_digest"] for router in routers.values()}) == 1
        assert routers[141 + number]["sources"][0]["own"] is True
        assert {entry["name"] for entry in result["interfaces"]} >= {"lo", "eth0"}


def test_what_was_noted_is_looked_at(daemons: Lab) -> None:
    look = {"files": ["/etc/hostname"], "addresses": [daemons.address(22)], "listen": 0.5}
    daemons.modules(HOSTS, "hot_standby_manifest", step="record", look=look, files=["/etc/hosts"])
    try:
        again = daemons.modules(HOSTS, "hot_standby_manifest", step="record", look=look, files=["/etc/hosts"])
        near = daemons.modules(HOSTS, "hot_standby_info", remembered=True, files=["/etc/hosts"])
        far = daemons.modules(HOSTS, "hot_standby_info", remembered=True, probe=True)
        plain = daemons.modules(HOSTS, "hot_standby_info")
    finally:
        daemons.modules(HOSTS, "hot_standby_manifest", step="forget")
    for host in HOSTS:
        assert again[host]["changed"] is False
        assert near[host]["manifest"]["files"] == ["/etc/hosts"]
        assert set(near[host]["files"]) == {"/etc/hosts", "/etc/hostname"}
        assert (near[host]["addresses"], near[host]["adverts"]) == ([], None)
        assert [one["address"] for one in far[host]["addresses"]] == look["addresses"]
        assert far[host]["adverts"] is not None
        assert plain[host]["files"] == {}


def test_what_zones_and_direct_rules_there_are(daemons: Lab) -> None:
    asked = {"firewall_zones": ["public", "no-such-zone"], "firewall_direct_rules": True}
    daemons.everywhere(
        "systemctl start firewalld; firewall-cmd --quiet --add-service=http; firewall-cmd --quiet --add-port=8080/tcp;"
        " firewall-cmd --quiet --zone=public --add-interface=eth9; firewall-cmd --quiet --add-source=198.18.30.0/24;"
        " firewall-cmd --quiet --add-rich-rule='rule family=ipv4 source address=198.18.8.9 drop';"
        " firewall-cmd --quiet --permanent --add-protocol=vrrp;"
        " firewall-cmd --quiet --direct --add-rule ipv4 filter INPUT 5 -p vrrp -m comment --comment 'a b' -j ACCEPT",
        HOSTS,
    )
    try:
        for result in daemons.modules(HOSTS, "hot_standby_info", **asked).values():
            firewall = result["firewall"]
            runtime, permanent = (firewall["entries"][scope]["public"] for scope in ("runtime", "permanent"))
            assert ("http" in runtime["services"], "http" in permanent["services"]) == (True, False)
            assert (runtime["protocols"], permanent["protocols"]) == ([], ["vrrp"])
            assert firewall["entries"]["runtime"]["no-such-zone"] is None
            args = ["-p", "vrrp", "-m", "comment", "--comment", "a b", "-j", "ACCEPT"]
            rule = {"ipv": "ipv4", "table": "filter", "chain": "INPUT", "priority": 5, "args": args}
            assert firewall["direct_rules"] == {"runtime": [rule], "permanent": []}
            assert (firewall["running"], firewall["default_zone"], firewall["problem"]) == (True, "public", None)
            assert firewall["zones"] == {"eth9": "public"}
        for host, result in daemons.modules(HOSTS, "hot_standby_info", firewall_zones=ZONES).items():
            # Whatever the library says is what the program prints, in an order of its own.
            for scope, option in (("runtime", ""), ("permanent", "--permanent")):
                printed = daemons.sh(host, f"firewall-cmd {option} --list-all-zones")
                found = firewalld.parse_zones(printed, ZONES)
                assert {name: ordered(zone) for name, zone in result["firewall"]["entries"][scope].items()} == {
                    name: ordered(zone) for name, zone in found.items()
                }
        refused = daemons.modules(HOSTS, "hot_standby_info", arguments=("--become", "--become-user=ops"))
        for result in refused.values():
            assert result["firewall"]["problem"] and result["keepalived"]["status"] == "not_running"
        daemons.systemctl("stop", *HOSTS, unit="firewalld")
        for result in daemons.modules(HOSTS, "hot_standby_info", **asked).values():
            assert list(result["firewall"]["entries"]) == ["permanent"]
            assert result["firewall"]["entries"]["permanent"]["public"]["protocols"] == ["vrrp"]
    finally:
        daemons.everywhere("systemctl stop firewalld; rm -f /etc/firewalld/zones/*.xml", HOSTS)
