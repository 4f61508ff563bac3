# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What C(keepalived -t) lets through, in some version or in all, although it takes the address down. Pure.

A statement with a variable, or behind a condition, is left to keepalived: what it means is known only there.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import glob
import os
import re

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser, daemon

INCLUDE = re.compile(r"include[a-z]?\Z")
SOURCES = ("unicast_src_ip", "mcast_src_ip")
ADDRESSES = ("virtual_ipaddress", "virtual_ipaddress_excluded")
# Set in global_defs, each of these says that interfaces and addresses need not be here.
ELSEWHERE = ("net_namespace", "dynamic_interfaces")


def problems(own, everything, folder, interfaces, version=None):
    """What is wrong: a list of C((problem, word)), where the word tells the line.

    :arg own: the statements of the file itself.
    :arg everything: the same with what they include in their place.
    :arg folder: where relative includes are looked for.
    :arg interfaces: as from C(netlink.interfaces).
    :arg version: of the installed keepalived, C(None) where it is not known.
    """
    if not everything:
        return [("The configuration is empty: keepalived would accept it and drop every virtual address.", None)]
    found = _includes(own, folder)
    here = set(words[0] for words, unused in _global(everything) if words)
    if daemon.RELOAD_CHECK in here and daemon.takes_reload(version, True) is False:
        text = (
            "reload_check_config: keepalived %s would take no reload any more, and say that it has: its own test loses "
            "the new text. Leave it out; every configuration is tested before it is loaded."
        )
        found.append((text % version, daemon.RELOAD_CHECK))
    names = set(one["name"] for one in interfaces)
    addresses = set(entry["address"] for one in interfaces for entry in one["addresses"])
    for name, block in conf_parser.blocks(everything, "vrrp_instance"):
        found += [(text % name, word) for text, word in _addresses(block)]
        if not here.intersection(ELSEWHERE):
            found += [(text % name, word) for text, word in _host(block, names, addresses)]
    return found


def _global(statements):
    """The statements of all global_defs, and those beside them."""
    inner = [one for unused, block in conf_parser.blocks(statements, "global_defs") for one in block]
    return [one for one in statements if one[1] is None] + inner


def _is_known(word):
    return not ("$" in word or word[:1] in ("@", "~"))


def _includes(statements, folder):
    found = []
    for words, block in statements:
        if block is not None:
            found += _includes(block, folder)
        elif _is_include(words) and not glob.glob(os.path.join(folder, words[1])):
            text = "%s names nothing: there is no %s, and keepalived would go on without it." % (words[0], words[1])
            found.append((text, words[1]))
    return found


def _is_include(words):
    return len(words) == 2 and INCLUDE.match(words[0]) and _is_known(words[1])


def _addresses(block):
    for keyword in ADDRESSES:
        for word in conf_parser.first_words(block, keyword):
            if _is_known(word) and conf_parser.shortest(word) is not None:
                yield ("%%s: %s has no prefix length, and keepalived would take it for a network of one host. "
                       "Write it like %s/24." % (word, word), word)  # fmt: skip


def _host(block, names, addresses):
    """What does not fit to the host."""
    for words, inner in block:
        if inner is not None or len(words) < 2 or not _is_known(words[0]) or not _is_known(words[1]):
            continue
        if words[0] == "interface" and words[1] not in names:
            yield ("%%s: there is no interface %s on this host; there are %s."
                   % (words[1], ", ".join(sorted(names)) or "none"), words[1])  # fmt: skip
        elif words[0] in SOURCES and conf_parser.shortest(words[1]) not in addresses:
            yield ("%%s: %s %s is no address of this host, which could send from it."
                   % (words[0], words[1]), words[1])  # fmt: skip
    for word in conf_parser.first_words(block, "unicast_peer"):
        if _is_known(word) and conf_parser.shortest(word) in addresses:
            yield ("%%s: unicast_peer %s is this host itself: it would take its own adverts for another's."
                   % word, word)  # fmt: skip
