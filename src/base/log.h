// Structured logs: one line a record, as JSON for machines or as a console line for people.
//
// A Log is a cheap value: copy it, name it, give it fields. Every message and every text value
// passes redact(), a value whose key names a secret is hidden whole; still, what must never be
// logged is best not handed over.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"

namespace kollect {

// Severity as zap counts it; verbosity N is level -N, so that debug is verbosity 1.
using LogLevel = int;
inline constexpr LogLevel kLogDebug = -1;
inline constexpr LogLevel kLogInfo = 0;
inline constexpr LogLevel kLogWarn = 1;
inline constexpr LogLevel kLogError = 2;
inline constexpr LogLevel kLogPanic = 4;

enum class LogEncoder { json, console };
enum class LogTime { epoch, millis, nano, iso8601, rfc3339, rfc3339nano };

struct LogOptions {
  LogLevel level = kLogInfo;  // the lowest that is written
  LogEncoder encoder = LogEncoder::json;
  LogTime time = LogTime::rfc3339;
};

// The flags of operator.md 5.6, without their dashes: zap-devel, zap-encoder, zap-log-level,
// zap-stacktrace-level, zap-time-encoding.
class LogFlags {
 public:
  static bool owns(std::string_view flag) { return flag.starts_with("zap-"); }
  // Fault::invalid for an unknown flag or word; the message names the accepted ones.
  Status set(std::string_view flag, std::string_view value);
  // zap-devel makes console and debug the defaults; what was set by itself stays.
  LogOptions options() const;

 private:
  bool devel_ = false;
  std::optional<LogLevel> level_;
  std::optional<LogEncoder> encoder_;
  LogTime time_ = LogTime::rfc3339;
};

struct LogFlagHelp {
  std::string_view flag, fallback, help;
};
// For the usage text, in alphabetical order.
std::span<const LogFlagHelp> log_flag_help();

// A typed value; text is only referred to and must live until the call that logs it returns.
class LogValue {
 public:
  LogValue(bool value) : value_(value) {}
  template <std::signed_integral T>
  LogValue(T value) : value_(static_cast<int64_t>(value)) {}
  template <std::unsigned_integral T>
  LogValue(T value) : value_(static_cast<uint64_t>(value)) {}
  LogValue(double value) : value_(value) {}
  LogValue(const char* text) : value_(std::string_view(text)) {}
  LogValue(std::string_view text) : value_(text) {}
  LogValue(const std::string& text) : value_(std::string_view(text)) {}
  // Written in seconds.
  template <typename Rep, typename Period>
  LogValue(std::chrono::duration<Rep, Period> value)
      : value_(std::chrono::duration<double>(value).count()) {}

  using Any = std::variant<bool, int64_t, uint64_t, double, std::string_view>;
  const Any& any() const { return value_; }

 private:
  Any value_;
};

struct LogField {
  std::string_view key;  // lower camel case; not one of level ts logger msg error fault
  LogValue value;
};
using LogFields = std::initializer_list<LogField>;

// Takes one whole line, its newline included. Called under the log's lock: must not log itself.
using LogSink = std::function<void(std::string_view line)>;

// One write(2) a line; what cannot be written is dropped. The descriptor stays the caller's.
LogSink log_to(int descriptor);

// Any thread may log; lines never mix.
class Log {
 public:
  // `clock` outlives every copy.
  explicit Log(const LogOptions& options, LogSink sink, const Clock& clock = system_clock());
  // Writes nothing.
  static Log off();

  // The same log under a longer name ("collector.apps") or with fields of its own on every line.
  Log named(std::string_view name) const;
  Log with(LogFields fields) const;

  bool writes(LogLevel level) const;

  void debug(std::string_view message, LogFields fields = {}) const {
    write(kLogDebug, message, fields);
  }
  void info(std::string_view message, LogFields fields = {}) const {
    write(kLogInfo, message, fields);
  }
  void warn(std::string_view message, LogFields fields = {}) const {
    write(kLogWarn, message, fields);
  }
  void error(std::string_view message, LogFields fields = {}) const {
    write(kLogError, message, fields);
  }
  // With the error's text under "error" and its fault under "fault"; nothing for Fault::cancelled.
  void error(std::string_view message, const Error& error, LogFields fields = {}) const;
  // Only when that much verbosity was asked for (1 is debug).
  void verbose(int verbosity, std::string_view message, LogFields fields = {}) const {
    write(-verbosity, message, fields);
  }

 private:
  struct Core;
  Log(std::shared_ptr<Core> core, std::string name, std::string fields);
  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) const;
  void write(LogLevel level, std::string_view message, LogFields fields) const {
    write(level, message, std::span(fields.begin(), fields.size()));
  }

  std::shared_ptr<Core> core_;
  std::string name_;
  std::string fields_;  // encoded, each with the separator before it
};

}  // namespace kollect
