"""What a compiled generator prints, built when its sources are not those of the last time.

A generator in tools/generators/ calls run(): its program prints a JSON object from path to content. The result is kept
in ~/.cache/kollect/generated (or below XDG_CACHE_HOME) under a digest of the sources, so that `make check` compiles only
after a change of the tables, and then nothing but this program.
"""

import glob
import hashlib
import json
import os
import subprocess
import sys

KEPT_AT_MOST = 16


def sources(patterns):
    names = {name for pattern in patterns for name in glob.glob(pattern, recursive=True)}
    return sorted(name for name in names if os.path.isfile(name) and "/testing/" not in name and not name.endswith("_test.cc"))


def digest(patterns):
    sum_ = hashlib.sha256()
    for name in sources(patterns):
        with open(name, "rb") as f:
            content = f.read()
        sum_.update(f"{name}\0{len(content)}\0".encode() + content)
    return sum_.hexdigest()


def built(program, folder):
    """What the program prints, freshly built."""
    for command in (["cmake", "--preset", "dev"], ["cmake", "--build", "build/dev", "--target", program]):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout)
    return subprocess.run([os.path.join("build/dev", folder, program)], stdout=subprocess.PIPE, check=True, text=True).stdout


def cache():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(home, "kollect", "generated")
    os.makedirs(folder, exist_ok=True)
    return folder


def keep(path, text):
    with open(f"{path}.{os.getpid()}", "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(f"{path}.{os.getpid()}", path)
    kept = sorted(glob.glob(os.path.join(os.path.dirname(path), "*.json")), key=os.path.getmtime, reverse=True)
    for old in kept[KEPT_AT_MOST:]:
        os.remove(old)


def printed(program, folder, patterns):
    path = os.path.join(cache(), f"{program}-{digest(patterns)}.json")
    if not os.path.exists(path):
        keep(path, built(program, folder))
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def write(folder, path, content):
    target = os.path.join(folder, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "w", encoding="utf-8") as f:
        f.write(content)


def run(outputs, program, folder, patterns):
    """The main function of a generator: `--outputs`, or the folder to write to."""
    if sys.argv[1] == "--outputs":
        print("\n".join(outputs))
        return
    for path, content in printed(program, folder, patterns).items():
        write(sys.argv[1], path, content)
