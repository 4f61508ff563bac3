# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The state of all groups as a page, with a picture of each: who owns what, and who hears whom."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import BACKUP
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import page as _page

#: Of the picture, in its own units: a member's box, and the room between.
BOX, GAP, HEIGHT, TOP, MARGIN = 150, 50, 66, 60, 8
TEMPLATE = """\
{% extends "base" %}
{% block body %}
<h1>Hot-standby groups <span class="tag {{ state.severity }}">{{ words[state.severity] }}</span></h1>
<p class="faint">As seen at {{ state.time }}.</p>
{% if state.groups|length > 1 %}
<ul>
{% for name, group in state.groups.items() %}
<li><a href="#{{ name }}">{{ name }}</a>: <span class="{{ group.severity }}">{{ words[group.severity] }}</span></li>
{% endfor %}
</ul>
{% endif %}
{% for name, group in state.groups.items() %}
<h2 id="{{ name }}">{{ name }} <span class="tag {{ group.severity }}">{{ words[group.severity] }}</span></h2>
{% for picture in pictures[name] %}
<div class="wide">
<svg width="{{ picture.width }}" viewBox="0 0 {{ picture.width }} {{ picture.height }}" role="img" \
aria-label="{{ picture.label }}">
<text x="{{ margin }}" y="20">{{ picture.title }}</text>
{% for link in picture.links %}
<path d="M{{ link.x1 }} {{ link.y }} C{{ link.x1 }} {{ link.y - 22 }} {{ link.x2 }} {{ link.y - 22 }} {{ link.x2 }} \
{{ link.y }}" fill="none" stroke="var({{ '--good' if link.heard else '--bad' }})" stroke-width="2"\
{% if not link.heard %} stroke-dasharray="5 5"{% endif %}/>
{% endfor %}
{% for box in picture.boxes %}
<rect x="{{ box.x }}" y="{{ top }}" width="{{ width }}" height="{{ height }}" rx="6" fill="var(--box)" \
stroke="var({{ box.colour }})" stroke-width="{{ 3 if box.owner else 1 }}"/>
<text x="{{ box.x + width / 2 }}" y="{{ top + 22 }}" text-anchor="middle">{{ box.name }}</text>
<text x="{{ box.x + width / 2 }}" y="{{ top + 40 }}" text-anchor="middle" class="faint">{{ box.state }}</text>
<text x="{{ box.x + width / 2 }}" y="{{ top + 57 }}" text-anchor="middle" class="faint">{{ box.owns }}</text>
{% endfor %}
</svg>
</div>
{% endfor %}
<div class="wide">
<table>
<tr><th>Member</th><th>Instance</th><th>State</th><th>Priority</th><th>Owns</th><th>Since</th><th>nginx</th></tr>
{% for row in rows[name] %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</table>
</div>
{% for instance in group.instances if instance.owner and instance.takeover %}
<p>{{ instance.name }}: if {{ instance.owner }} dies now, {{ instance.takeover.by }} takes over after \
{{ instance.takeover.crash }} s at most; after a clean stop, {{ instance.takeover.graceful }} s.</p>
{% endfor %}
{% for finding in group.findings %}
<div class="finding {{ finding.severity }}">
<span class="tag">{{ finding.severity }}</span> <strong>{{ finding.host }}</strong>
<p>{{ finding.problem }}</p>
<p class="faint">Seen: {{ finding.evidence }}</p>
<p>Do: {{ finding.remedy }}</p>
</div>
{% endfor %}
{% endfor %}
{% endblock %}
"""
WORDS = {"ok": "well", "info": "well", "warning": "warning", "error": "error"}


def page(state: t.Mapping[str, t.Any], rows: t.Mapping[str, t.Sequence[t.Sequence[str]]]) -> str:
    """The page.

    :arg state: what C(status.status) returned.
    :arg rows: by group the rows of its table.
    """
    pictures = {
        name: [_picture(instance, group["members"]) for instance in group["instances"]]
        for name, group in state["groups"].items()
    }
    return _page.render(
        TEMPLATE, title=f"Hot-standby groups: {WORDS[state['severity']]}", state=state, rows=rows, pictures=pictures,
        words=WORDS, width=BOX, height=HEIGHT, top=TOP, margin=MARGIN,
    )  # fmt: skip


def _picture(instance: t.Mapping[str, t.Any], members: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Where what is drawn of one instance: a box for each member, and a line from the owner to each other."""
    boxes, links = [], []
    places = {name: MARGIN + number * (BOX + GAP) for number, name in enumerate(members)}
    for name, facts in members.items():
        one = facts["instances"].get(instance["name"], {})
        owns = bool(one.get("holds"))
        boxes.append({
            "name": name, "x": places[name], "owner": owns, "owns": ", ".join(map(host_address, one.get("holds", []))),
            "state": one.get("state") or ("not reached" if not facts["reached"] else "down"),
            "colour": "--good" if owns else "--line" if one.get("state") == BACKUP else "--bad",
        })  # fmt: skip
        if instance["owner"] and name != instance["owner"]:
            links.append({
                "x1": places[instance["owner"]] + BOX / 2, "x2": places[name] + BOX / 2, "y": TOP,
                "heard": bool(one.get("hears")),
            })  # fmt: skip
    title = f"{instance['name']}: {', '.join(instance['addresses'])}, virtual router id {instance['virtual_router_id']}"
    who = f"owned by {instance['owner']}" if instance["owner"] else "not owned by exactly one member"
    width = max(len(members) * (BOX + GAP), len(title) * 8) + MARGIN
    return {"title": title, "label": f"{title}, {who}", "boxes": boxes, "links": links, "width": width,
            "height": TOP + HEIGHT + MARGIN}  # fmt: skip
