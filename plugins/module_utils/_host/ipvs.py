# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Whether the kernel can balance connections (IPVS), which virtual servers of keepalived need."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os


def available(run, modprobe, proc="/proc"):
    """Whether the kernel has IPVS, loaded or as a module that could be.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg modprobe: path of modprobe(8), or None.
    """
    if os.path.exists(os.path.join(proc, "net", "ip_vs")):
        return True
    return modprobe is not None and run([modprobe, "--dry-run", "--quiet", "ip_vs"])[0] == 0
