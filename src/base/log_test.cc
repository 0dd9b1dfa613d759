#include "base/log.h"

#include <cstdio>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/guarded.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"

namespace kollect {
namespace {

// Collects the lines of a log whose clock stands still at 2026-01-01T00:00:01.25Z.
class LogLines {
 public:
  LogLines() { clock_.advance(std::chrono::milliseconds(250)); }
  Log log(const LogOptions& options = {}) {
    return Log(
        options, [this](std::string_view line) { text_ += line; }, clock_);
  }
  const std::string& text() const { return text_; }

 private:
  testing::FakeClock clock_;
  std::string text_;
};

TEST(Log, writes_one_json_object_a_line) {
  LogLines lines;
  lines.log().info("listed", {{"resource", "pods"}, {"objects", 12}});
  EXPECT_EQ(lines.text(),
            "{\"level\":\"info\",\"ts\":\"2026-01-01T00:00:01Z\",\"msg\":\"listed\",\"resource\":"
            "\"pods\",\"objects\":12}\n");
}

TEST(Log, keeps_the_types_of_values) {
  LogLines lines;
  lines.log().info("m", {{"a", true},
                         {"b", -1},
                         {"c", std::numeric_limits<uint64_t>::max()},
                         {"d", 0.5},
                         {"e", std::chrono::milliseconds(1500)},
                         {"f", std::string("x")}});
  EXPECT_NE(
      lines.text().find(R"("a":true,"b":-1,"c":18446744073709551615,"d":0.5,"e":1.5,"f":"x"})"),
      std::string::npos)
      << lines.text();
}

TEST(Log, writes_console_lines_for_people) {
  LogLines lines;
  const Log log =
      lines.log({.encoder = LogEncoder::console}).named("collector").with({{"kind", "Pod"}});
  log.warn("slow", {{"seconds", 2}});
  log.info("a\nb");
  EXPECT_EQ(lines.text(),
            "2026-01-01T00:00:01Z\tWARN\tcollector\tslow\t{\"kind\": \"Pod\", \"seconds\": 2}\n"
            "2026-01-01T00:00:01Z\tINFO\tcollector\t\"a\\nb\"\t{\"kind\": \"Pod\"}\n");
}

TEST(Log, names_and_fields_add_up_without_touching_the_parent) {
  LogLines lines;
  const Log parent = lines.log().named("a").with({{"x", 1}});
  parent.named("b").with({{"y", 2}}).info("m");
  parent.info("n");
  EXPECT_NE(lines.text().find(R"("logger":"a.b","msg":"m","x":1,"y":2})"), std::string::npos);
  EXPECT_NE(lines.text().find(R"("logger":"a","msg":"n","x":1})"), std::string::npos);
}

TEST(Log, hides_secrets_in_messages_values_and_fields_named_so) {
  LogLines lines;
  const Log log = lines.log().with({{"apiToken", "hunter2"}});
  log.error("dial postgres://u:hunter2@db", unavailable("password=hunter2"),
            {{"url", "https://u:hunter2@h"}});
  EXPECT_EQ(lines.text().find("hunter2"), std::string::npos) << lines.text();
}

TEST(Log, carries_error_and_fault) {
  LogLines lines;
  lines.log().error("export failed", unavailable("refused").in("postgres"), {{"sink", "pg"}});
  EXPECT_NE(
      lines.text().find(
          R"("msg":"export failed","sink":"pg","error":"postgres: refused","fault":"unavailable"})"),
      std::string::npos);
}

TEST(Log, says_nothing_of_an_error_that_means_stopping) {
  LogLines lines;
  lines.log().error("export failed", cancelled("stopping"));
  EXPECT_EQ(lines.text(), "");
}

TEST(Log, writes_valid_json_whatever_the_text_holds) {
  LogLines lines;
  lines.log().info(std::string("\0\x01\"\\\n\xFFé<>", 10), {{"k\"", "\t\x7f"}});
  const auto parsed = json::Document::parse(lines.text());
  ASSERT_TRUE(parsed) << lines.text();
  EXPECT_EQ(parsed->root().text("k\""), "\t\x7f");
}

TEST(Log, writes_numbers_json_has_no_text_for_as_words) {
  LogLines lines;
  lines.log().info("m", {{"a", std::numeric_limits<double>::infinity()},
                         {"b", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_NE(lines.text().find(R"("a":"+Inf","b":"NaN")"), std::string::npos);
}

TEST(Log, off_writes_nothing) {
  EXPECT_FALSE(Log::off().writes(kLogPanic));
  Log::off().with({{"a", 1}}).named("x").error("m", internal("x"));
}

TEST(Log, level_decides_what_is_written) {
  LogLines lines;
  const Log log = lines.log({.level = -2, .encoder = LogEncoder::console});
  log.verbose(3, "three");
  log.verbose(2, "two");
  log.debug("debug");
  EXPECT_EQ(lines.text(),
            "2026-01-01T00:00:01Z\tLEVEL(-2)\ttwo\n2026-01-01T00:00:01Z\tDEBUG\tdebug\n");
}

struct TimeCase {
  LogTime time;
  const char* ts;
};

TEST(Log, writes_time_in_every_encoding) {
  const TimeCase cases[] = {{LogTime::epoch, "1767225601.25"},
                            {LogTime::millis, "1767225601250"},
                            {LogTime::nano, "1767225601250000000"},
                            {LogTime::iso8601, "\"2026-01-01T00:00:01.250Z\""},
                            {LogTime::rfc3339, "\"2026-01-01T00:00:01Z\""},
                            {LogTime::rfc3339nano, "\"2026-01-01T00:00:01.250000000Z\""}};
  for (const TimeCase& c : cases) {
    LogLines lines;
    lines.log({.time = c.time}).info("m");
    EXPECT_NE(lines.text().find("\"ts\":" + std::string(c.ts) + ","), std::string::npos)
        << lines.text();
  }
}

TEST(LogToDescriptor, lines_of_many_threads_never_mix) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  {
    const Log log(LogOptions{}, log_to(ends[1]));
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([log, t] {
        for (int i = 0; i < 50; ++i)
          log.info(std::string(50, static_cast<char>('a' + t)), {{"i", i}});
      });
    }
  }
  ::close(ends[1]);
  FILE* in = ::fdopen(ends[0], "r");
  char line[512];
  int count = 0;
  for (; std::fgets(line, sizeof line, in) != nullptr; ++count)
    EXPECT_TRUE(json::Document::parse(line)) << line;
  std::fclose(in);
  EXPECT_EQ(count, 200);
}

TEST(LogFlags, default_is_json_at_info) {
  const LogOptions options = LogFlags().options();
  EXPECT_EQ(options.level, kLogInfo);
  EXPECT_EQ(options.encoder, LogEncoder::json);
  EXPECT_EQ(options.time, LogTime::rfc3339);
}

TEST(LogFlags, devel_gives_way_to_flags_that_were_set) {
  LogFlags flags;
  ASSERT_TRUE(flags.set("zap-encoder", "json"));
  ASSERT_TRUE(flags.set("zap-devel", "true"));
  EXPECT_EQ(flags.options().level, kLogDebug);
  EXPECT_EQ(flags.options().encoder, LogEncoder::json);
}

TEST(LogFlags, accept_the_words_of_zap_and_verbosities) {
  const std::pair<const char*, LogLevel> levels[] = {{"debug", -1}, {"info", 0},  {"warn", 1},
                                                     {"error", 2},  {"panic", 4}, {"5", -5}};
  for (const auto& [text, level] : levels) {
    LogFlags flags;
    EXPECT_TRUE(flags.set("zap-log-level", text)) << text;
    EXPECT_EQ(flags.options().level, level) << text;
  }
  EXPECT_TRUE(LogFlags().set("zap-stacktrace-level", "error"));
  EXPECT_TRUE(LogFlags().set("zap-time-encoding", "rfc3339nano"));
}

TEST(LogFlags, refuse_other_words_and_name_the_right_ones) {
  const std::pair<const char*, const char*> wrong[] = {
      {"zap-log-level", "0"},       {"zap-log-level", "loud"},    {"zap-log-level", "-1"},
      {"zap-encoder", "xml"},       {"zap-devel", "yes"},         {"zap-colour", "red"},
      {"zap-time-encoding", "utc"}, {"zap-stacktrace-level", "x"}};
  for (const auto& [flag, value] : wrong) {
    const Status status = LogFlags().set(flag, value);
    ASSERT_FALSE(status) << flag << ' ' << value;
    EXPECT_EQ(status.error().fault, Fault::invalid);
  }
  EXPECT_NE(LogFlags().set("zap-encoder", "xml").error().message.find("json, console"),
            std::string::npos);
}

}  // namespace
}  // namespace kollect
