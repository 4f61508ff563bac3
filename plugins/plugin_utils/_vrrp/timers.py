# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The times of VRRP, in seconds: RFC 3768 section 6.1 (version 2) and RFC 5798 section 6.1 (version 3)."""

from __future__ import annotations

#: C(down_timer_adverts) of keepalived 2.2.3 and later, if it is not set.
ADVERTS_BEFORE_DOWN = 3


def skew_time(version: int, priority: int, advert_int: float) -> float:
    """How long a backup waits after a master that said goodbye (priority 0), the longer the lower its priority."""
    share = (256 - priority) / 256
    return share if version == 2 else share * advert_int


def master_down_interval(version: int, priority: int, advert_int: float, adverts: int = ADVERTS_BEFORE_DOWN) -> float:
    """How long a backup waits after the last advert of a master that fell silent."""
    return adverts * advert_int + skew_time(version, priority, advert_int)


def hesitation(keepalived: tuple[int, ...], advert_int: float) -> float:
    """How long a backup that has waited stays backup yet: keepalived 1 lets one more interval pass."""
    return advert_int if keepalived and keepalived < (2,) else 0.0
