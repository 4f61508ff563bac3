# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as the tests of the reports read them, and a value that would break one that does not escape it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

NASTY = "<script>alert(1)</script>\"'&"


def parsed(page: str) -> ET.Element:
    """The page as XML: what it is written in is well-formed. An HTML parser would put up with anything."""
    body = page.split("<body>", 1)[1].rsplit("</body>", 1)[0]
    return ET.fromstring(f"<body>{body}</body>")
