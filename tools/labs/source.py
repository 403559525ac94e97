"""Functions in C sources, found and replaced by name.

Owns: what a function looks like. The sources carry no markers: they are in the
formatter's form (KNF), where a definition is its return type alone on lines of
its own, `name(` at the start of a line, and a body between `{` and `}` at the
start of theirs.
"""

import re

from labs import LabError

HEAD = re.compile(r"^(\w+)\(", re.M)


class Function:
    """A definition: text[start:end]; its body, braces excluded, is
    text[body:close]."""

    def __init__(self, name, start, body, close, end):
        self.name = name
        self.start = start
        self.body = body
        self.close = close
        self.end = end


def line_start(text, at):
    return text.rfind("\n", 0, at) + 1


def type_start(text, at):
    """Where the lines of the return type above `at` begin."""
    while at > 0:
        above = line_start(text, at - 1)
        line = text[above : at - 1]
        if not line.strip() or line[0] in "#/ \t*}" or line.endswith((";", "}", "*/")):
            break
        at = above
    return at


def functions(text):
    """Every function that is defined in this source."""
    found = []
    for head in HEAD.finditer(text):
        brace = re.compile(r"^\{$", re.M).search(text, head.end())
        if not brace or ";" in text[head.end() : brace.start()]:
            continue
        close = re.compile(r"^\}", re.M).search(text, brace.end())
        if not close:
            raise LabError(f"{head[1]}: no closing brace at the start of a line")
        start = type_start(text, head.start())
        end = text.find("\n", close.end()) + 1 or len(text)
        body = brace.end() + 1
        found.append(Function(head[1], start, body, close.start(), end))
    return found


def find(text, name, where):
    """The definition of `name`; `where` is for the message."""
    matches = [f for f in functions(text) if f.name == name]
    if len(matches) != 1:
        what = "no function" if not matches else "more than one function"
        raise LabError(f"{where}: {what} {name}()")
    return matches[0]


def replace_body(text, name, body, where):
    """The source with another body in `name`."""
    f = find(text, name, where)
    return text[: f.body] + body.strip("\n") + "\n" + text[f.close :]


def replace_function(text, name, definition, where):
    """The source with another definition of `name`."""
    f = find(text, name, where)
    return text[: f.start] + definition.strip("\n") + "\n" + text[f.end :]


def comment_start(text, at):
    """Where the comment that ends just above `at` begins; else `at`."""
    before = text[:at].rstrip(" ")
    if not before.endswith("*/\n"):
        return at
    return line_start(text, before.rfind("/*"))


def remove(text, name, where):
    """The source without the function, macro or static object `name`, and
    without the comment above it."""
    matches = [f for f in functions(text) if f.name == name]
    if matches:
        start, end = matches[0].start, matches[0].end
    else:
        pattern = (
            rf"^#define[ \t]+{name}\b(?:.*\\\n)*.*\n"
            rf"|^static\b[^;(){{}}]*\b{name}\b(?:[^;{{}}]|\{{[^{{}}]*\}})*;.*\n"
        )
        match = re.compile(pattern, re.M).search(text)
        if not match:
            raise LabError(f"{where}: nothing called {name} to remove")
        start, end = match.span()
    start = comment_start(text, start)
    return text[:start] + text[end:].lstrip("\n")


def definitions(text, where):
    """A mutant's functions: {name: definition}. Nothing but comments may stand
    between them."""
    found, rest, at = {}, "", 0
    for f in functions(text):
        rest += text[at : f.start]
        found[f.name] = text[f.start : f.end]
        at = f.end
    rest = re.sub(r"/\*.*?\*/", "", rest + text[at:], flags=re.S)
    if rest.strip():
        raise LabError(f"{where}: only functions, please, not: {rest.strip()[:60]}")
    if not found:
        raise LabError(f"{where}: no function in it")
    return found
