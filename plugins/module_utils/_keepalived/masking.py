# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Hides the secrets of a keepalived.conf, so that a difference or a daemon's message can be shown."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import re

# The keywords of keepalived.conf(5) whose value is a secret.
SECRET_KEYWORDS = ("auth_pass", "password")
# The block of an instance (from keepalived 2.4.0 on) with lines "key ID SECRET", and its other lines, which are none.
SECRET_BLOCK = "auth_hmac"
KEY = "key"
_PLAIN = re.compile(
    r'(?:"?(?:active_key|time_window)"?[ \t]+"?[0-9]{1,3}"?|"?anti_replay"?[ \t]+"?(?:time|monotonic)"?|'
    r'"?mode"?[ \t]+"?(?:enforce|permissive|receive-only)"?)$'
)
# Anywhere in a line, in a comment too: what is commented out in an old file was, or still is, a password.
_ANNOUNCED = r'((?:^|[^\w])(?:%s)"?[ \t]+)' % "|".join(SECRET_KEYWORDS)
_SECRET = re.compile(_ANNOUNCED + r'("[^"\n]*"|[^\s}]+)', re.MULTILINE)
# To the end of the line, less what closes blocks there: how a word ends is not the same for all versions.
_TO_THE_END = re.compile(_ANNOUNCED + r"(\S.*?)(?=[ \t}]*$)", re.MULTILINE)
# SSL has a key too, which is a file's name: so it is called in keepalived.conf, and as a variable.
WITH_FILES = ("SSL", "keepalived_ssl")
# Whatever begins like the block: misspelled ones too.
_BLOCK = re.compile(r'(?<![\w./-])%s\w*"?' % SECRET_BLOCK)
_SSL = re.compile(r'(?<!\w)%s"?\s*\{[^{}]*' % WITH_FILES[0])
_KEY = re.compile(r'(?<![\w./-])%s"?[ \t]+' % KEY)
_ID = re.compile(r'"?[0-9]{1,3}"?[ \t]+(?=[^ \t#!}])')
_NAMED = re.compile(r'"?(?:%s|active_key|time_window|anti_replay|mode)"?[ \t]+' % KEY)
_FILE = re.compile(r'"?file:[^\s"]*"?$')
_WORD = re.compile(r'"(?P<quoted>[^"\n]*)"?|(?P<plain>[^\s"]+)')
_COMMENT = re.compile(r"(?<!\\)[#!]")
_WITH_ID = re.compile(_KEY.pattern + r'"?[0-9]{1,3}"?[ \t]+"?$')
# Words of a line that are none: to blot them out would leave little of a message.
_NO_SECRET = re.compile(r"(?:[{}\\#!]*|%s|%s)$" % (KEY, SECRET_BLOCK))
# A keyword of a secret with something behind it, in text or in data.
_MAY_HAVE = re.compile(
    r"(?<![\w./])(?:%s|%s\w*)\W+\w|(?<![\w./-])%s\W+[0-9]{1,3}\W+\w" % ("|".join(SECRET_KEYWORDS), SECRET_BLOCK, KEY)
)
_OPENING = re.compile(r"(?<![^ \t])\{(?![^ \t])")
_CLOSING = " \t\r\f\v}\\"
# $NAME=value, and what goes on behind a backslash; $NAME and ${NAME} stand for it.
_DEFINITION = re.compile(r"^([ \t!#]*\$(\w+)[ \t]*=[ \t]*)((?:.*\\\r*\n)*.*)", re.MULTILINE)
_USE = re.compile(r"\$\{?(\w+)")


def secrets(text):
    """The secret values in a configuration, unquoted: a set of str, each with and without what stands behind it."""
    found = []
    for match in _SECRET.finditer(text):
        found += [match.group(2).strip('"')] + [word.strip('"') for word in match.group(2).split()[:1]]
    for match in _secret_definitions(text):
        value = match.group(3).strip()
        found += [word.strip('"') for word in value.split()[:1]] + _words(value)
    for start, end in _keys(text):
        before = text[text.rfind("\n", 0, start) + 1 : start]
        if not re.match(r"[ \t]*[#!]", before):
            found += _words(text[start:end])
        # Of what is commented out keepalived says nothing, and most of it are words of a sentence.
        elif _WITH_ID.search(before):
            found += _words(" ".join(text[start:end].split()[:1]))
    return set(word for word in found if not _NO_SECRET.match(word))


def _words(value):
    """What keepalived may say of a value: the whole, and each word of it that is no ID, in front of a comment."""
    found = [value.strip('"')]
    for match in _WORD.finditer(value):
        if match.group("plain") is None:
            found += [match.group("quoted")] + match.group("quoted").split()
            continue
        word = match.group("plain")
        comment = _COMMENT.search(word)
        found += [word[: comment.start()] if comment else word, word.replace("\\", ""), word.rstrip("}")]
        if comment:
            break
    return [word for word in found if not re.match(r"[0-9]{1,3}$", word)]


def _keys(text):
    """Where keys of the block stand: pairs of start and end, in order, which do not overlap.

    In the block whatever is not known to be harmless. Elsewhere a key with an ID, as in a file that the block includes,
    and any key at all where the text has such a block: a definition may stand far from it.
    """
    found = _block_lines(text)
    has_block = _BLOCK.search(text) is not None
    others = [match.span() for match in _SSL.finditer(text)] if has_block else []
    for match in _KEY.finditer(text):
        start, end = match.end(), _line_end(text, match.end())
        number = _ID.match(text, start, end)
        if number or (has_block and not any(first <= start < last for first, last in others)):
            found += _value(text, number.end() if number else start, end)
    return _merged(found)


def _line_end(text, position):
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _value(text, start, end):
    """The secret part of what stands there: a list of one pair of start and end, or of none."""
    end = start + len(text[start:end].rstrip(_CLOSING))
    is_none = start >= end or text[start:end] == "{" or _FILE.match(text[start:end])
    return [] if is_none else [(start, end)]


def _block_lines(text):
    """The same of the blocks alone."""
    found, position = [], 0
    match = _BLOCK.search(text)
    while match:
        position = _read_block(text, match.end(), found)
        match = _BLOCK.search(text, position)
    return found


def _read_block(text, position, found):
    """Adds the secrets of one block to C(found).

    Braces count only where they stand alone, or where a line begins or ends: others may be part of a secret.

    :arg position: where the block's name ends.
    :returns: where the block does.
    """
    depth, is_first = 0, True
    while position < len(text):
        end = _line_end(text, position)
        while position < end and text[position] in " \t\r\f\v!#{}":
            depth += {"{": 1, "}": -1}.get(text[position], 0)
            position += 1
            if text[position - 1] == "}" and depth <= 0:
                return position
        body = text[position:end].rstrip(_CLOSING)
        if body and not depth and not is_first:
            return position  # it has no braces
        depth += len(_OPENING.findall(body))
        if body.endswith("{"):
            body = body[:-1].rstrip()
        if body.strip('"') not in ("", KEY) and not _PLAIN.match(body):
            named = _NAMED.match(body)
            start = position + (named.end() if named else 0)
            number = _ID.match(text, start, position + len(body)) if named else None
            found += _value(text, number.end() if number else start, position + len(body))
        depth -= _closed(text[position:end])
        if depth <= 0 and body:
            return end
        is_first = is_first and not body
        position = end + 1
    return position


def _closed(line):
    """How many blocks the end of a line closes, in front of a comment too."""
    parts = re.split(r"(?<=[ \t}])[#!]", line, maxsplit=1)
    line = parts[0]
    return line[len(line.rstrip(_CLOSING)) :].count("}")


def _merged(spans):
    """Pairs of start and end in order, those that overlap made one."""
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _secret_definitions(text):
    """The definitions that a secret consists of, as matches: those of which its line makes use, and what these use."""
    known = [match for match in _DEFINITION.finditer(text) if match.group(3)]
    lines = [match.group(2) for match in _TO_THE_END.finditer(text)] + [text[start:end] for start, end in _keys(text)]
    names, used = None, set(_USE.findall(" ".join(lines)))
    while names != used:
        names = set(used)
        used.update(_USE.findall(" ".join(match.group(3) for match in known if match.group(2) in names)))
    return [match for match in known if match.group(2) in names]


def passages(text):
    """Where secrets stand in a configuration: pairs of start and end, in order, each to the end of its line or more."""
    spans = [match.span(2) for match in _TO_THE_END.finditer(text)] + _keys(text)
    return _merged(spans + [match.span(3) for match in _secret_definitions(text)])


def _hidden(text, stars):
    """The configuration with C(stars(secret)) for each secret."""
    for start, end in reversed(passages(text)):
        text = text[:start] + stars(text[start:end]) + text[end:]
    return text


def masked(text, salt):
    """The configuration with each secret as stars.

    Two texts masked with one C(salt) still show whether a secret differs: by four digits of a salted digest, which tell
    no more than that, since the salt is made anew for each comparison and shown to nobody.
    """
    def stars(secret):
        return "******** (%s)" % hashlib.sha256((salt + secret).encode("utf-8")).hexdigest()[:4]

    return _hidden(text, stars)


def lines(text):
    """The lines of a configuration, as many as it has, with each secret as stars: for a message that names one."""
    return _hidden(text, lambda secret: "\n".join(["********"] * len(secret.splitlines()))).splitlines()


def is_secret(path):
    """Whether the value at a path in data, such as C(vrrp_instance[0].auth_hmac.key[1]), is a secret, or has one."""
    names = [name.partition("[")[0] for name in path.split(".")]
    is_key = names[-1] == KEY and not (len(names) > 1 and names[-2] in WITH_FILES)
    return is_key or names[-1] in SECRET_KEYWORDS or SECRET_BLOCK in names


def may_have(text):
    """Whether a text may have a secret of a configuration in it: a keyword of one with something behind it."""
    return bool(_MAY_HAVE.search(text))


def without(message, values):
    """A message with every secret value in it replaced: keepalived quotes the offending word."""
    for value in sorted(values, key=len, reverse=True):
        message = message.replace(value, "********")
    return message
