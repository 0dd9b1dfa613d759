"""What the checks share: which files are ours, and C++ text without comments and strings."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CPP_SUFFIXES = (".h", ".cc")

_LITERAL = re.compile(
    r'//(?:[^\n\\]|\\.|\\\n)*'                                  # line comment, with continuations
    r'|/\*.*?\*/'                                               # block comment
    r'|(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'  # raw string
    r'|"(?:[^"\\\n]|\\.)*"'                                     # string
    r"|(?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'",                    # character; 1'000 is a number
    re.DOTALL)


def files(root=ROOT):
    """Paths below root that belong to the project: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, check=True).stdout.decode()
    return sorted({p for p in listed.split("\0") if p and os.path.isfile(os.path.join(root, p))})


def cpp_files(root=ROOT):
    return [p for p in files(root) if p.endswith(CPP_SUFFIXES) and "/testdata/" not in p]


def read(path, root=ROOT):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def blank_literals(text, keep_strings=False):
    """Comments and the inside of literals become spaces; every character keeps its line and column."""
    def blank(match):
        literal = match.group(0)
        is_comment = literal.startswith(("//", "/*"))
        if keep_strings and not is_comment:
            return literal
        hollow = re.sub(r"[^\n]", " ", literal)
        return hollow if is_comment else '"' + hollow[1:-1] + '"'
    return _LITERAL.sub(blank, text)


def is_test(path):
    """Test code may use fakes, testing/ folders and test libraries."""
    return (path.startswith("tests/") or "/testing/" in path
            or path.endswith(("_test.cc", "_fuzz.cc", "_bench.cc")))


def report(check, findings, cure=""):
    """Prints `path:line: check: text` for each finding; the exit status of the check."""
    for path, line, text in sorted(set(findings)):
        print(f"{path}:{line}: {check}: {text}")
    if findings and cure:
        print(f"{check}: {cure}")
    return 1 if findings else 0


sys.dont_write_bytecode = True
