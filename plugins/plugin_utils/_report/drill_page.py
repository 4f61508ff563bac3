# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The results of a drill as a page: a table, and who answered when, drawn for each fault."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import page as _page

#: Of a timeline, in its own units.
WIDTH, BAR, HEIGHT, MARGIN = 900, 28, 78, 10
COLOURS = ("--one", "--two", "--three")
TEMPLATE = """\
{% extends "base" %}
{% block body %}
<h1>Drill of {{ report.group }} \
<span class="tag {{ 'ok' if well else 'error' }}">{{ 'as expected' if well else 'not as expected' }}</span></h1>
<p class="faint">{{ report.address }}, {{ report.time }}. Asked every 10 ms; the outage is the longest time without an \
answer.</p>
<div class="wide">
<table>
<tr><th>Fault</th><th>Verdict</th><th>Outage</th><th>Expected</th><th>Owner</th><th>Failed</th></tr>
{% for one in report.faults %}
<tr><td><a href="#{{ one.fault }}">{{ one.fault }}</a></td>\
<td class="{{ 'ok' if one.ok else 'error' }}">{{ 'as expected' if one.ok else 'not as expected' }}</td>\
<td>{{ one.outage }} s</td><td>at most {{ one.expected }} s</td><td>{{ one.owner }}</td>\
<td>{{ one.failed }} of {{ one.requests }}</td></tr>
{% endfor %}
</table>
</div>
{% for one in report.faults %}
<h2 id="{{ one.fault }}">{{ one.fault }} on {{ one.owner }}</h2>
<div class="wide">
<svg class="line" viewBox="0 0 {{ width }} {{ height }}" role="img" aria-label="{{ labels[loop.index0] }}">
{% for part in lines[loop.index0] %}
<rect x="{{ part.x }}" y="22" width="{{ part.width }}" height="{{ bar }}" fill="var({{ part.colour }})">\
<title>{{ part.title }}</title></rect>
{% if part.shown %}<text x="{{ part.x }}" y="16">{{ part.name }}</text>{% endif %}
{% endfor %}
{% for tick in ticks[loop.index0] %}
<text x="{{ tick.x }}" y="70" class="faint">{{ tick.text }}</text>
{% endfor %}
</svg>
</div>
<p>{{ labels[loop.index0] }}</p>
{% endfor %}
{% endblock %}
"""


def page(report: t.Mapping[str, t.Any]) -> str:
    """The page.

    :arg report: dict C(group), C(address), C(time) (text) and C(faults) (list of what C(drill.measured) returned).
    """
    names = sorted({name for one in report["faults"] for name in one["served_by"]})
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}
    faults = report["faults"]
    return _page.render(
        TEMPLATE, title=f"Drill of {report['group']}", report=report, well=all(one["ok"] for one in faults),
        lines=[_parts(one["timeline"], colours) for one in faults], ticks=[_ticks(one["timeline"]) for one in faults],
        labels=[_label(one) for one in faults], width=WIDTH, height=HEIGHT, bar=BAR,
    )  # fmt: skip


def _end(timeline: t.Sequence[t.Mapping[str, t.Any]]) -> float:
    return max((part["end"] for part in timeline), default=1.0) or 1.0


def _place(seconds: float, end: float) -> float:
    return round(MARGIN + seconds / end * (WIDTH - 2 * MARGIN), 1)


def _parts(timeline: t.Sequence[t.Mapping[str, t.Any]], colours: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
    end, parts, before = _end(timeline), [], None
    for part in timeline:
        name = part["served_by"] or ("nobody" if part["ok"] is False else "somebody")
        x = _place(part["start"], end)
        parts.append({
            "x": x, "width": max(_place(part["end"], end) - x, 1), "name": name,
            "colour": "--bad" if part["ok"] is False else colours.get(name, "--faint"),
            "shown": name != before and part["end"] - part["start"] > end / 20,
            "title": f"{part['start']:.2f} to {part['end']:.2f} s: {name}",
        })  # fmt: skip
        before = name
    return parts


def _ticks(timeline: t.Sequence[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    end = _end(timeline)
    step = max(1, round(end / 8))
    return [{"x": _place(second, end), "text": f"{second} s"} for second in range(0, int(end), step)]


def _label(one: t.Mapping[str, t.Any]) -> str:
    served = ", then ".join(one["served_by"]) or "nobody"
    return f"Served by {served}. Away for {one['outage']} s at the longest, {one['total']} s in all."
