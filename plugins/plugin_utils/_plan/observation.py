# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What to look at on one member so that it can be judged: options of the module hot_standby_info."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses as _addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import LOCALHOST
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import Instance

#: Two adverts of each virtual router, with slow ones listened to no longer than that, in seconds.
ADVERTS, MARGIN, LONGEST = 2, 0.5, 10.0


def options(
    instances: t.Sequence[Instance], keepalived: t.Mapping[str, t.Any], nginx: t.Mapping[str, t.Any] | None
) -> dict[str, t.Any]:
    """The options, less C(programs) and C(digest_key), which are the run's.

    :arg instances: those that the member has.
    :arg keepalived: its model of keepalived.
    :arg nginx: its model of nginx, C(None) without.
    """
    firewall, maintenance = keepalived["firewall"], keepalived["maintenance"]
    slowest = max((instance.advert_int for instance in instances), default=0.0)
    services = ["keepalived"]
    if nginx:
        services.append("nginx")
    if keepalived["log_target"] == "rsyslog":
        services.append("rsyslog")
    addresses = [text.split("/")[0] for instance in instances for text in instance.addresses]
    excluded = [text.split("/")[0] for instance in instances for text in instance.excluded]
    return {
        "files": list(keepalived["files"]),
        "settings": {path: list(names) for path, names in keepalived["settings"].items()},
        "sysctls": list(keepalived["sysctl"]),
        "services": services,
        "firewall_zones": sorted({entry["zone"] for entry in firewall["zone"]}),
        "firewall_direct_rules": bool(firewall["direct"]),
        "addresses": [*addresses, *excluded],
        "listen": min(ADVERTS * slowest + MARGIN, LONGEST),
        "numbers": [maintenance["file"]] if maintenance else [],
        "http": _requests(addresses, nginx) if nginx else [],
    }


def missing(wanted: t.Mapping[str, t.Any], asked: t.Mapping[str, t.Any], wire: bool) -> bool:
    """Whether a look has left out some of what was to be looked at, so that another one is needed.

    :arg wanted: what C(options) returned.
    :arg asked: what hot_standby_info returned as that.
    :arg wire: whether what asks the wire matters: C(addresses) and C(listen).
    """
    lists = ("files", "sysctls", "services", "firewall_zones", "numbers", "http", *(["addresses"] if wire else []))
    if any(one not in asked.get(name, []) for name in lists for one in wanted[name]):
        return True
    if wanted["firewall_direct_rules"] and not asked.get("firewall_direct_rules"):
        return True
    told = asked.get("settings") or {}
    if any(name not in told.get(path, []) for path, names in wanted["settings"].items() for name in names):
        return True
    return bool(wire and wanted["listen"] > asked.get("listen", 0.0))


def _requests(addresses: t.Sequence[str], nginx: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """nginx on the member itself, and whoever answers for the addresses. A link-local one needs an interface.

    Of sites that were there only the member's own check is asked: what answers at the addresses is the user's.
    """
    asked = [(LOCALHOST, nginx["site"]["requests"][0]["host"])]
    for text in [] if nginx["host_header"] else addresses:
        address = _addresses.parse(text)
        if address is not None and not address.ip.is_link_local():
            asked.append((text, f"[{text}]" if address.version == 6 else text))
    return [
        {"address": address, "port": nginx["port"], "path": nginx["health_path"], "host": name}
        for address, name in asked
    ]
