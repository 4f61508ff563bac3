# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: may change at any time.

from __future__ import annotations


class ModuleDocFragment:
    """Attributes that the collection's modules share."""

    DOCUMENTATION = r"""
options: {}
attributes:
  platform:
    description: Target operating systems.
    platforms: linux
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return the same as outside it.
    support: full
    details: This module never changes anything.
  diff_mode:
    description: Returns what has changed, or would have, in diff mode.
    support: N/A
    details: This module never changes anything.
"""

    WRITE = r"""
options: {}
attributes:
  check_mode:
    description: Predicts in check mode what it would change, and changes nothing.
    support: full
  diff_mode:
    description: Returns what has changed, or would have, in diff mode.
    support: full
"""

    ACTION = r"""
options: {}
attributes:
  action:
    description: Has a part that runs on the controller.
    support: full
"""

    DEADLINE = r"""
options:
  deadline:
    version_added: 1.1.0
    description:
      - Seconds that the whole call may take, with the connection, beside those that it is told to wait or to listen.
      - A host that has not answered by then counts as unreachable. What was started for it on the controller is ended.
      - Left out, a host that hangs is waited for without limit once there is a connection, such as one that ssh keeps
        (C(ControlPersist)).
    type: float
attributes:
  action:
    description: Has a part that runs on the controller.
    support: full
"""
