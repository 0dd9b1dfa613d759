#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "api/generate/files.h"

namespace kollect::api {
namespace {

namespace fs = std::filesystem;

std::string file_text(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(GeneratedApi, files_of_the_tree_are_what_the_tables_say) {
  const fs::path root(KOLLECT_SOURCE_DIR);
  for (const auto& [path, content] : generated_files()) {
    EXPECT_TRUE(file_text(root / path) == content) << path << " is stale; cure: make generate";
  }
}

TEST(GeneratedApi, no_file_is_left_that_nothing_writes) {
  const fs::path root(KOLLECT_SOURCE_DIR);
  const auto files = generated_files();
  for (const char* folder : {"deploy/crds", "deploy/samples", "docs/crds"}) {
    for (const auto& entry : fs::directory_iterator(root / folder)) {
      const std::string path = std::string(folder) + "/" + entry.path().filename().string();
      EXPECT_EQ(files.count(path), 1u) << path << " is no longer generated; cure: make generate";
    }
  }
}

TEST(GeneratedApi, every_kind_has_a_definition_a_page_and_a_sample) {
  const auto files = generated_files();
  size_t definitions = 0, pages = 0, samples = 0;
  for (const auto& [path, content] : files) {
    definitions += path.rfind("deploy/crds/", 0) == 0 ? 1 : 0;
    pages += path.rfind("docs/crds/", 0) == 0 ? 1 : 0;
    samples += path.rfind("deploy/samples/", 0) == 0 ? 1 : 0;
  }
  EXPECT_EQ(definitions, 11u);
  EXPECT_EQ(pages, 11u);
  EXPECT_GE(samples, 11u);
}

}  // namespace
}  // namespace kollect::api
