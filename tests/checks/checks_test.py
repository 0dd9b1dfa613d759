#!/usr/bin/env python3
"""The test of the checks: each planted fault makes its check fail and name the file and the line.

Works on a copy of the tree, so that nothing is planted in the real one.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
import source_tree  # noqa: E402

MARK = "#pragma once\n\n"


def function_of(lines, name="planted"):
    """A function that is exactly so many lines long."""
    return f"int {name}(int x) {{\n" + "  x += 1;\n" * (lines - 3) + "  return x;\n}\n"


def switch_of(cases):
    """An exhaustive switch: one line a case."""
    rows = "".join(f"    case {i}: return {i};\n" for i in range(cases))
    return "int planted(int x) {\n  switch (x) {\n" + rows + "    default: return -1;\n  }\n}\n"


def port_of(methods):
    rows = "".join(f"  virtual void step_{i}() = 0;\n" for i in range(methods))
    return "class Planted {\n public:\n  virtual ~Planted() = default;\n" + rows + "};\n"


class ChecksTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.copy = tempfile.mkdtemp(prefix="kollect-checks-")
        for path in source_tree.files(ROOT):
            target = os.path.join(cls.copy, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy(os.path.join(ROOT, path), target)
        subprocess.run(["git", "init", "-q"], cwd=cls.copy, check=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.copy)

    def run_tool(self, tool, *arguments):
        done = subprocess.run([os.path.join(self.copy, "tools", tool), *arguments],
                              cwd=self.copy, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    @contextlib.contextmanager
    def planted(self, contents):
        """The copy with these files ({path: text}) written; afterwards as before."""
        before = {}
        for path, text in contents.items():
            target = os.path.join(self.copy, path)
            before[target] = source_tree.read(target) if os.path.exists(target) else None
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="utf-8") as f:
                f.write(text)
        try:
            yield
        finally:
            for target, old in before.items():
                os.remove(target)
                if old is not None:
                    with open(target, "w", encoding="utf-8") as f:
                        f.write(old)

    def expect_found(self, tool, contents, *expected, arguments=()):
        with self.planted(contents):
            status, output = self.run_tool(tool, *arguments)
        self.assertEqual(status, 1, output)
        for text in expected:
            self.assertIn(text, output)

    def expect_quiet(self, tool, contents):
        with self.planted(contents):
            _, output = self.run_tool(tool)
        for path in contents:
            self.assertNotIn(path, output)

    # --- the tree as it is

    def test_the_tree_passes(self):
        for tool in ("check_layers", "check_shape", "check_format", "check_generated"):
            with self.subTest(tool):
                status, output = self.run_tool(tool)
                self.assertEqual(status, 0, output)

    def test_make_check_runs_every_check(self):
        done = subprocess.run(["make", "-n", "check"], cwd=self.copy, capture_output=True, text=True, check=False)
        for tool in ("check_layers", "check_shape", "check_format", "check_generated", "check_headers"):
            self.assertIn(f"tools/{tool}", done.stdout, done.stderr)

    # --- layers

    def test_a_wrong_arrow_is_found(self):
        faults = {
            "src/base/planted.h": ('"metrics/families.h"', "base must not include"),
            "src/metrics/planted.cc": ('"net/http.h"', "metrics must not include"),
            "src/net/planted.cc": ('"kube/gvk.h"', "net must not include"),
            "src/api/planted.h": ('"kube/client.h"', "api must not include"),
            "src/store/planted.cc": ('"sinks/sink.h"', "store must not include"),
            "src/exporter/planted.cc": ('"sinks/detail/x.h"', '"sinks/detail/x.h" is private to sinks'),
            "src/kube/planted.cc": ('"base/testing/fake_clock.h"', '"base/testing/fake_clock.h" is for tests only'),
            "src/kube/gvk.h": ('"net/url.h"', "a value header of kube includes only"),
            "src/serve/planted.cc": ('"sinks/sink.h"', "serve must not include"),
            "src/base/planted.cc": ('"planted.h"', '"planted.h" is of no module'),
            "src/base/planted_up.cc": ('"../kube/client.h"', '"../kube/client.h" climbs'),
            "tests/system/planted_test.cc": ('"kube/detail/x.h"', '"kube/detail/x.h" is private to kube')}
        self.expect_found("check_layers", {path: f"\n\n#include {include}\n" for path, (include, _) in faults.items()},
                          *(f"{path}:3: layers: {why}" for path, (_, why) in faults.items()))

    def test_a_file_of_no_module_is_found(self):
        self.expect_found("check_layers", {"src/planted/planted.cc": "int x;\n"}, "src/planted/planted.cc:1: layers: not in a module")

    def test_a_right_arrow_is_not(self):
        self.expect_quiet("check_layers", {
            "src/api/planted.cc": '#include "kube/gvk.h"\n// #include "kube/client.h"\n',
            "src/serve/planted.cc": '#include "sinks/registry.h"\n',
            "src/kube/planted_test.cc": '#include <gtest/gtest.h>\n\n#include "base/testing/fake_clock.h"\n',
            "src/net/detail/planted.cc": "#include <curl/curl.h>\n\n#include <boost/asio.hpp>\n"})

    def test_a_library_out_of_its_place_is_found(self):
        faults = {
            "src/kube/planted_a.cc": "curl/curl.h", "src/net/planted.cc": "boost/beast.hpp", "src/base/planted_a.cc": "boost/json.hpp",
            "src/store/planted_a.cc": "openssl/sha.h", "src/base/planted.h": "simdjson.h", "src/kube/planted_b.cc": "yaml.h",
            "src/api/planted.cc": "re2/re2.h", "src/sinks/planted.h": "libpq-fe.h", "src/base/planted_b.cc": "regex",
            "src/net/planted.h": "iostream", "src/store/planted_b.cc": "mutex", "src/store/planted_c.cc": "gtest/gtest.h",
            "src/extract/planted.cc": "filesystem"}
        self.expect_found("check_layers", {path: f"\n#include <{header}>\n" for path, header in faults.items()},
                          *(f"{path}:2: layers: " for path in faults))

    def test_a_client_library_in_two_sinks_is_found(self):
        self.expect_found("check_layers", {"src/sinks/planted_a.cc": "#include <nats/nats.h>\n",
                                           "src/sinks/planted_b.cc": "#include <nats/nats.h>\n"},
                          "src/sinks/planted_b.cc:1: ", "several files")

    def test_a_lock_of_ones_own_is_found(self):
        self.expect_found("check_layers", {"src/store/planted.cc": "\nstd::mutex mutex;\n"}, "src/store/planted.cc:2: ", "Guarded")

    def test_a_word_in_a_comment_or_string_is_not(self):
        self.expect_quiet("check_layers", {
            "src/store/planted.cc": '// no std::mutex here\nconst char* text = R"(std::mutex "quoted" )";\n'})

    def test_a_wrong_use_in_cmake_is_found(self):
        self.expect_found("check_layers", {"src/store/CMakeLists.txt": "\nkollect_module(store USES base sinks LIBS fmt::fmt)\n"},
                          "src/store/CMakeLists.txt:2: ", "store must not use sinks")

    # --- shape

    def test_a_function_of_120_lines_is_found(self):
        faults = {
            "free": (1, function_of(120)),
            "member": (2, "namespace kollect {\n" + function_of(120, "Planted::step") + "}\n"),
            "inline": (2, "struct Planted {\n" + function_of(120) + "};\n"),
            "constructor": (1, "Planted::Planted(int x) : a_{x}, b_(x) {\n" + "  a_++;\n" * 118 + "}\n"),
            "test": (1, "TEST(Planted, is_long) {\n" + "  step();\n" * 118 + "}\n"),
            "lambda": (1, "void planted() {\n  run([&] {\n" + "    step();\n" * 116 + "  });\n}\n")}
        self.expect_found("check_shape", {f"src/base/planted_{name}.cc": text for name, (_, text) in faults.items()},
                          *(f"src/base/planted_{name}.cc:{line}: shape: function " for name, (line, _) in faults.items()),
                          "planted has 120 lines, the limit is 100")

    def test_a_function_of_100_lines_a_table_and_a_switch_are_not(self):
        rows = '    {.name = "{", .size = 1},\n' * 150
        self.expect_quiet("check_shape", {
            "src/base/planted_a.cc": function_of(100), "src/base/planted_b.cc": switch_of(150),
            "src/base/planted_c.cc": "constexpr Field kFields[] = {\n" + rows + "};\n",
            "src/base/planted_d.cc": "int planted() {\n  static constexpr Field kFields[] = {\n" + rows + "  };\n  return 1;\n}\n"})

    def test_a_file_that_grew_too_long_is_found(self):
        limits = {"src/base/planted.cc": 800, "src/base/planted.h": 400, "src/base/planted_test.cc": 1000}
        self.expect_found("check_shape", {path: "int x;\n" * (limit + 1) for path, limit in limits.items()},
                          *(f"{path}:{limit + 1}: shape: " for path, limit in limits.items()))
        self.expect_quiet("check_shape", {path: "int x;\n" * limit for path, limit in limits.items()})

    def test_a_sandbox_that_grew_into_a_product_is_found(self):
        size = sum(source_tree.read(p).count("\n") for p in source_tree.cpp_files(ROOT)
                   if p.startswith("sandbox/") and not source_tree.is_test(p))
        with self.planted({"sandbox/planted.cc": "int x;\n" * (2499 - size), "sandbox/planted_test.cc": "int x;\n" * 500}):
            self.assertEqual(self.run_tool("check_shape"), (0, ""))
        self.expect_found("check_shape", {"sandbox/planted.cc": "int x;\n" * (2500 - size)},
                          "sandbox/README.md:1: shape: the sandbox has 2500 lines")

    def test_a_port_of_nine_methods_is_found(self):
        self.expect_found("check_shape", {"src/base/planted.h": MARK + port_of(9)}, "src/base/planted.h:3: ", "9 methods")
        self.expect_quiet("check_shape", {"src/base/planted.h": MARK + port_of(8)})

    def test_a_refused_name_is_found(self):
        names = ["class RowManager;", "struct RowInfo {};", "enum class RowData { a };", "using RowHelper = int;",
                 "class RowImpl final : public Row {};", "int get_row();", "void do_row(int x) {}", "void handle_row();",
                 "auto* row = new Row(1);", "// TODO later"]
        self.expect_found("check_shape", {"src/base/planted.cc": "\n".join(names), "src/base/row_util.h": MARK},
                          *(f"src/base/planted.cc:{line}: shape: " for line in range(1, len(names) + 1)),
                          "src/base/row_util.h:1: shape: ")

    def test_a_name_of_others_is_not(self):
        self.expect_quiet("check_shape", {"src/base/planted.cc": (
            'struct Row { struct Impl; };\nauto a = value.get_string();\nauto b = x->get_id();\nauto c = std::get<0>(y);\n'
            'void* do_allocate(size_t n, size_t a) override;\nclass Metadata;\nconst char* t = "class RowManager;";\n'
            '// a new row, TODO(#12) keep it\n')})

    def test_a_path_of_one_machine_is_found(self):
        folders = ["work", "root", "tmp/bash_jobs"]
        self.expect_found("check_shape", {"docs/planted.md": "".join(f"See /{folder}/main.\n" for folder in folders)},
                          *(f"docs/planted.md:{line}: shape: path of one machine" for line in (1, 2, 3)))
        self.expect_quiet("check_shape", {"docs/planted.md": "See https://example.com/work/x and src/root/y.\n"})

    # --- format, generated files, headers, build times

    def test_an_unformatted_file_is_found(self):
        self.expect_found("check_format", {"src/base/planted.cc": "int a = 1;\nint  b=2;\n"},
                          "src/base/planted.cc:2: ", "make fmt", arguments=["src/base/planted.cc"])

    def test_a_stale_generated_file_is_found_and_cured(self):
        page = source_tree.read("docs/modules.md", self.copy)
        with self.planted({"docs/modules.md": page.replace("| `net` |", "| `network` |")}):
            status, output = self.run_tool("check_generated")
            self.assertEqual(status, 1, output)
            line = page[:page.index("| `net` |")].count("\n") + 1
            self.assertIn(f"docs/modules.md:{line}: generated: stale", output)
            self.assertIn("make generate", output)
            self.run_tool("generate")
            self.assertEqual(self.run_tool("check_generated")[0], 0)

    def test_what_a_compiled_generator_writes_is_compared_too(self):
        for path in ("deploy/crds/kollect.dev_kollectscopes.yaml", "docs/crds/kollectscope.md", "docs/operator-flags.md"):
            with self.subTest(path):
                text = source_tree.read(path, self.copy)
                self.expect_found("check_generated", {path: text + "stale\n"}, f"{path}:", "generated: stale")

    def test_a_file_no_longer_generated_is_found(self):
        generator = '#!/bin/sh\nif [ "$1" = --outputs ]; then echo "docs/planted/*.md"; else mkdir -p "$1/docs/planted"; fi\n'
        with self.planted({"tools/generators/planted": generator, "docs/planted/old.md": "old\n"}):
            os.chmod(os.path.join(self.copy, "tools/generators/planted"), 0o755)
            status, output = self.run_tool("check_generated")
        self.assertEqual(status, 1, output)
        self.assertIn("docs/planted/old.md:1: generated: no longer generated", output)

    def test_a_header_that_needs_another_is_found(self):
        path = "src/base/planted.h"
        self.expect_found("check_headers", {path: MARK + "inline std::string planted() { return {}; }\n"},
                          f"{path}:3: ", "compiling", arguments=[path])

    def test_a_header_without_a_guard_is_found(self):
        path = "src/base/planted.h"
        self.expect_found("check_headers", {path: "\ninline int planted() { return 1; }\n"}, f"{path}:2: ", arguments=[path])

    def test_a_header_that_passed_is_compiled_again_only_when_changed(self):
        path, good = "src/base/planted.h", MARK + "#include <string>\n\ninline std::string planted() { return {}; }\n"
        with self.planted({path: good}):
            self.assertEqual(self.run_tool("check_headers", path), (0, ""))
            with self.planted({"bin/g++": "#!/bin/sh\necho compiled >&2; exit 1\n"}):
                os.chmod(os.path.join(self.copy, "bin/g++"), 0o755)
                with unittest.mock.patch.dict(os.environ, PATH=f"{self.copy}/bin:{os.environ['PATH']}"):
                    self.assertEqual(self.run_tool("check_headers", path), (0, ""))
                    self.expect_found("check_headers", {path: good + "\n"}, "compiled", arguments=[path])

    def test_a_name_against_the_rules_is_found_by_tidy(self):
        source = os.path.join(self.copy, "src/base/planted.cc")
        command = {"directory": self.copy, "file": source, "command": f"g++ -std=c++20 -Wno-restrict -o planted.o -c {source}"}
        contents = {"src/base/planted.cc": "\nint getRow() { return 1; }\n", "build/dev/compile_commands.json": json.dumps([command])}
        self.expect_found("tidy", contents, "src/base/planted.cc:2:5: ", "readability-identifier-naming")

    def test_a_slow_file_breaks_the_build_budget(self):
        log = "# ninja log v5\n0\t12500\t0\tsrc/base/CMakeFiles/kollect_base.dir/json.cc.o\tab\n"
        with self.planted({"build/slow/.ninja_log": log}):
            status, output = self.run_tool("slowest_tus", "--fail", "build/slow")
        self.assertEqual(status, 1, output)
        self.assertIn("src/base/json.cc  over its 12 s", output)


if __name__ == "__main__":
    unittest.main()
