# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Pages that are one file, need no network, and can be read on a phone, in light and dark."""

from __future__ import annotations

import typing as t

import jinja2

BASE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --faint: #5b6470; --line: #d5dae0; --box: #f4f6f8;
  --good: #1a7f37; --warn: #9a6700; --bad: #cf222e; --one: #2563ab; --two: #7a4bb5; --three: #1b7f79; }
@media (prefers-color-scheme: dark) { :root { --back: #14171b; --text: #e4e8ed; --faint: #9aa5b1; --line: #343b44;
  --box: #1d2228; --good: #4fc26b; --warn: #e0b13c; --bad: #ff7b72; --one: #6cb0f5; --two: #bd97f0;
  --three: #56c7c0; } }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--faint); font-weight: 600; font-size: .85rem; }
svg { height: auto; display: block; } svg.line { width: 100%; min-width: 40rem; }
a { color: var(--one); }
svg text { fill: var(--text); font: 14px system-ui, sans-serif; }
.faint { color: var(--faint); } svg .faint { fill: var(--faint); font-size: 12px; }
.tag { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: .3rem; font-size: .85rem;
  font-weight: 600; }
.ok, .info { color: var(--good); } .warning { color: var(--warn); } .error { color: var(--bad); }
.finding { background: var(--box); border-left: .3rem solid currentColor; padding: .5rem .8rem; margin: .6rem 0; }
.finding p { color: var(--text); margin: .2rem 0; }
</style>
</head>
<body>
{% block body %}{% endblock %}
</body>
</html>
"""


def render(template: str, **values: t.Any) -> str:
    """A page from a template that extends C(base). Every value is escaped, whatever is in it."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        loader=jinja2.DictLoader({"base": BASE, "page": template}),
    )  # fmt: skip
    return environment.get_template("page").render(**values)
