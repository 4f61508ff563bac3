# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Reads a configuration of keepalived as a tree of statements; see keepalived.conf(5). Nothing in it is evaluated.

A statement is a pair: a list of its words, and the list of statements in its braces, None where it has none.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import glob
import io
import os
import re
import socket

# A quoted word (it may hold comment signs and braces), a comment, a brace, or a plain word.
_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"?|(?P<brace>[{}])|(?P<word>(?:\\[#!]|[^ \t\f\v\r"{}#!])+)|(?P<comment>[#!].*)')
# A definition over several lines: no other line goes on behind a backslash.
_DEFINED = re.compile(r"^[ \t]*\$.*(?:\\\r*\n.*)+", re.MULTILINE)
_ESCAPED = re.compile(r"\\([#!])")
MAX_DEPTH = 16  # of files that include one another
MAX_BLOCKS = 32  # that are open at once: keepalived knows no more than four


class ConfError(Exception):
    """The configuration cannot be read. The text is for the user."""


def parse(text, quoted=None):
    """Statements of a configuration. A brace that lacks its partner ends with the text.

    :arg quoted: callable for each word that stood in quotes, which gives what to take for it.
    :raises ConfError: blocks within blocks without end.
    """
    root = []
    open_blocks = [root]
    for line in re.split(r"\r*\n", _DEFINED.sub(_joined, text)):
        words = []
        for token in _TOKEN.finditer(line):
            if token.group("comment"):
                break
            if token.group("brace") == "{":
                if words or not open_blocks[-1] or open_blocks[-1][-1][1] is not None:
                    open_blocks[-1].append((words, None))
                words, block = [], []
                # The brace may stand on a line after the words that it belongs to.
                open_blocks[-1][-1] = (open_blocks[-1][-1][0], block)
                open_blocks.append(block)
                if len(open_blocks) > MAX_BLOCKS:
                    raise ConfError("More than %d blocks are within one another." % MAX_BLOCKS)
            elif token.group("brace"):
                if words:
                    open_blocks[-1].append((words, None))
                words = []
                if len(open_blocks) > 1:
                    open_blocks.pop()
            else:
                words.append(_word(token, quoted))
        if words:
            open_blocks[-1].append((words, None))
    return root


def braces(line):
    """Where a line has braces that C(parse) takes for the beginning or end of a block: a list of positions."""
    found = []
    for token in _TOKEN.finditer(line):
        if token.group("comment"):
            break
        if token.group("brace"):
            found.append(token.start())
    return found


def _joined(definition):
    return re.sub(r"\\\r*\n", " ", definition.group(0))


def _word(token, quoted):
    if token.group("word"):
        return _ESCAPED.sub(r"\1", token.group("word"))
    return quoted(token.group("quoted")) if quoted else token.group("quoted")


def read(path):
    """A configuration file, with everything that it includes in place.

    :returns: dict C(statements), and C(changed): epoch seconds of the latest change of any of the files.
    :raises ConfError: it is not there, or not ours to read.
    """
    changed = []
    return {"statements": _read(path, changed, 0), "changed": max(changed)}


def _read(path, changed, depth):
    """The statements of one file; notes when it was changed."""
    if depth > MAX_DEPTH:
        raise ConfError("%s: more than %d files include one another." % (path, MAX_DEPTH))
    try:
        with io.open(path, encoding="utf-8", errors="replace") as stream:
            facts = os.fstat(stream.fileno())
            text = stream.read()
    except (IOError, OSError) as error:
        raise ConfError("%s could not be read: %s." % (path, error.strerror))
    except UnicodeError:  # a name that this host's locale cannot say
        raise ConfError("A file of the configuration has a name that cannot be read here.")
    # A file that is put in place keeps its mtime, and has the time of that as its ctime.
    changed.append(max(facts.st_mtime, facts.st_ctime))
    return _included(parse(text), os.path.dirname(path), changed, depth)


def _included(statements, folder, changed, depth):
    """The statements with each C(include) replaced by what it names; nothing where there is no such file."""
    found = []
    for words, block in statements:
        if re.match(r"include[a-z]*$", words[0] if words else "") and len(words) == 2 and block is None:
            for path in sorted(glob.glob(os.path.join(folder, words[1]))):
                found += _read(path, changed, depth + 1)
        else:
            found.append((words, None if block is None else _included(block, folder, changed, depth)))
    return found


def blocks(statements, keyword):
    """The blocks of a keyword: a list of C((name, statements)); the name is empty where it has none."""
    return [(" ".join(words[1:]), block) for words, block in statements if words[:1] == [keyword] and block is not None]


def lines(statements):
    """Every statement as one line, those in blocks too: text."""
    found = ""
    for words, block in statements:
        found += " ".join(words) + "\n" + lines(block or [])
    return found


def all_words(statements, keyword):
    """All words in the blocks of a keyword, such as the instances of C(group): they may share a line."""
    return [word for unused, block in blocks(statements, keyword) for words, inner in block for word in words]


def first_words(statements, keyword):
    """First words of the lines in the blocks of a keyword, such as the addresses of C(virtual_ipaddress)."""
    return [words[0] for unused, block in blocks(statements, keyword) for words, inner in block if words]


def virtual_addresses(statements):
    """The virtual addresses of all instances as the kernel writes them, C(None) for one that is a definition."""
    return [
        shortest(word.split("/")[0])
        for unused, block in blocks(statements, "vrrp_instance")
        for keyword in ("virtual_ipaddress", "virtual_ipaddress_excluded")
        for word in first_words(block, keyword)
    ]


def shortest(text):
    """An address in its shortest form, C(None) where it is none."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            return socket.inet_ntop(family, socket.inet_pton(family, text))
        except (IOError, OSError, ValueError, TypeError):
            continue
    return None
