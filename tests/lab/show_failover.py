# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the measurement of failover.yml: show_failover.py FILE"""

from __future__ import annotations

import json
import pathlib
import sys


def lines(report: dict) -> list[str]:
    """The measurement as text: the answering hosts in order, the outage, and what VRRP's timers allow."""
    probe, expected = report["probe"], report["expected"]
    text = []
    for segment in probe["timeline"]:
        who = f"answered by {segment['served_by']}" if segment["ok"] else f"no answer ({segment['reason']})"
        text.append(f"  {segment['start']:8.3f} s to {segment['end']:8.3f} s  {who}, {segment['count']} requests")
    requests = probe["requests"]
    text += [
        "",
        f"Outage: {probe['outage_longest']:.3f} s ({requests['failed']} of {requests['sent']} requests failed).",
        f"By VRRP's timers {expected['by']} takes over {expected['graceful']} s after a clean stop, "
        f"and at most {expected['crash']} s after a crash.",
        f"keepalived was started again on {report['owner']}, and the address came home.",
    ]
    return text


if __name__ == "__main__":
    print("\n".join(lines(json.loads(pathlib.Path(sys.argv[1]).read_text()))))
