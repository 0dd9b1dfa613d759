#include "base/log.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "base/guarded.h"
#include "base/json_write.h"
#include "base/redact.h"

namespace kollect {

namespace {

// As json::append_string, but readable: only what JSON demands is escaped. The text is valid UTF-8.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

struct ValueWriter {
  std::string& out;
  std::string_view key;

  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(int64_t value) const { json::append_integer(out, value); }
  void operator()(uint64_t value) const { json::append_integer(out, value); }
  void operator()(double value) const {
    if (std::isfinite(value)) return json::append_number(out, value);
    append_quoted(out, std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
  }
  void operator()(std::string_view value) const {
    append_quoted(out, names_secret(key) ? std::string(kSecretMark) : redact(value));
  }
};

// Each field with the separator before it: `,"a":1` in JSON, `, "a": 1` on the console.
void append_fields(std::string& out, LogEncoder encoder, std::span<const LogField> fields) {
  const bool json = encoder == LogEncoder::json;
  for (const LogField& field : fields) {
    out += json ? "," : ", ";
    append_quoted(out, redact(field.key));
    out += json ? ":" : ": ";
    std::visit(ValueWriter{out, field.key}, field.value.any());
  }
}

std::string level_word(LogLevel level) {
  switch (level) {
    case kLogDebug:
      return "debug";
    case kLogInfo:
      return "info";
    case kLogWarn:
      return "warn";
    case kLogError:
      return "error";
    default:
      return fmt::format("Level({})", level);
  }
}

std::string time_text(LogTime format, Wall::time_point time) {
  const int64_t nanos =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  switch (format) {
    case LogTime::epoch:
      return fmt::format("{}", static_cast<double>(nanos / 1000) / 1e6);
    case LogTime::millis:
      return fmt::format("{}", static_cast<double>(nanos / 1000) / 1e3);
    case LogTime::nano:
      return fmt::format("{}", nanos);
    case LogTime::iso8601:
      return rfc3339(time, 3);
    case LogTime::rfc3339:
      return rfc3339(time);
    case LogTime::rfc3339nano:
      return rfc3339(time, 9);
  }
  return {};
}

bool is_text(LogTime format) { return format >= LogTime::iso8601; }

// What a record consists of, its own fields and the log's already encoded.
struct Record {
  LogLevel level;
  std::string time;
  std::string_view name;
  std::string message;
  std::string fields;
};

std::string json_line(const Record& record, LogTime format) {
  std::string line = "{\"level\":\"" + level_word(record.level) + "\",\"ts\":";
  line += is_text(format) ? '"' + record.time + '"' : record.time;
  if (!record.name.empty()) {
    line += ",\"logger\":";
    append_quoted(line, record.name);
  }
  line += ",\"msg\":";
  append_quoted(line, record.message);
  return line + record.fields + "}\n";
}

// A console line is one line: a message that would break it is quoted.
std::string flat(const std::string& text) {
  if (text.find_first_of("\n\r\t") == std::string::npos) return text;
  std::string quoted;
  append_quoted(quoted, text);
  return quoted;
}

std::string console_line(const Record& record) {
  std::string level = level_word(record.level);
  for (char& c : level) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  std::string line = record.time + '\t' + level;
  if (!record.name.empty()) line.append("\t").append(record.name);
  line += '\t' + flat(record.message);
  if (!record.fields.empty()) line += "\t{" + record.fields.substr(2) + '}';
  return line + '\n';
}

template <typename T>
struct Word {
  std::string_view text;
  T value;
};
constexpr std::array<Word<LogTime>, 6> kTimeWords = {{{"epoch", LogTime::epoch},
                                                      {"millis", LogTime::millis},
                                                      {"nano", LogTime::nano},
                                                      {"iso8601", LogTime::iso8601},
                                                      {"rfc3339", LogTime::rfc3339},
                                                      {"rfc3339nano", LogTime::rfc3339nano}}};
constexpr std::array<Word<LogLevel>, 5> kLevelWords = {{{"debug", kLogDebug},
                                                        {"info", kLogInfo},
                                                        {"warn", kLogWarn},
                                                        {"error", kLogError},
                                                        {"panic", kLogPanic}}};
constexpr std::array<Word<LogEncoder>, 2> kEncoderWords = {
    {{"json", LogEncoder::json}, {"console", LogEncoder::console}}};
constexpr std::array<Word<bool>, 2> kBoolWords = {{{"true", true}, {"false", false}}};

constexpr std::array<LogFlagHelp, 5> kFlagHelp = {{
    {"zap-devel", "false", "Console lines at level debug, unless the flags below say otherwise."},
    {"zap-encoder", "json", "How a record is written: json or console."},
    {"zap-log-level", "info",
     "Lowest level written: debug, info, warn, error, panic or a verbosity above 0."},
    {"zap-stacktrace-level", "",
     "Accepted for compatibility (info, error, panic): records carry no stack traces."},
    {"zap-time-encoding", "rfc3339",
     "Time of a record: epoch, millis, nano, iso8601, rfc3339 or rfc3339nano."},
}};

template <typename T, size_t N>
Result<T> parse_word(const std::array<Word<T>, N>& words, std::string_view flag,
                     std::string_view value) {
  std::string accepted;
  for (const auto& word : words) {
    if (word.text == value) return word.value;
    accepted.append(accepted.empty() ? "" : ", ").append(word.text);
  }
  return invalid(fmt::format("--{}: '{}' is none of {}", flag, redact(value, 64), accepted));
}

Result<LogLevel> parse_level(std::string_view flag, std::string_view value) {
  int verbosity = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), verbosity);
  const bool whole = error == std::errc() && end == value.data() + value.size();
  if (whole && verbosity > 0 && verbosity <= 127) return -verbosity;
  return parse_word(kLevelWords, flag, value);
}

// Keeps what was read, or says why not.
template <typename To, typename T>
Status store(Result<T> from, To& to) {
  if (!from) return from.error();
  to = *from;
  return {};
}

}  // namespace

Status LogFlags::set(std::string_view flag, std::string_view value) {
  if (flag == "zap-devel") return store(parse_word(kBoolWords, flag, value), devel_);
  if (flag == "zap-encoder") return store(parse_word(kEncoderWords, flag, value), encoder_);
  if (flag == "zap-log-level") return store(parse_level(flag, value), level_);
  if (flag == "zap-time-encoding") return store(parse_word(kTimeWords, flag, value), time_);
  if (flag == "zap-stacktrace-level") {
    LogLevel inert = 0;
    return store(parse_level(flag, value), inert);
  }
  return invalid(fmt::format("unknown flag --{}", redact(flag, 64)));
}

LogOptions LogFlags::options() const {
  return {.level = level_.value_or(devel_ ? kLogDebug : kLogInfo),
          .encoder = encoder_.value_or(devel_ ? LogEncoder::console : LogEncoder::json),
          .time = time_};
}

std::span<const LogFlagHelp> log_flag_help() { return kFlagHelp; }

LogSink log_to(int descriptor) {
  return [descriptor](std::string_view line) {
    while (!line.empty()) {
      const ssize_t written = ::write(descriptor, line.data(), line.size());
      if (written < 0 && errno != EINTR) return;
      if (written > 0) line.remove_prefix(static_cast<size_t>(written));
    }
  };
}

struct Log::Core {
  Core(const LogOptions& log_options, const Clock& log_clock, LogSink log_sink)
      : options(log_options), clock(log_clock), sink(std::move(log_sink)) {}

  const LogOptions options;
  const Clock& clock;
  Guarded<LogSink> sink;
};

Log::Log(const LogOptions& options, LogSink sink, const Clock& clock)
    : core_(std::make_shared<Core>(options, clock, std::move(sink))) {}

Log::Log(std::shared_ptr<Core> core, std::string name, std::string fields)
    : core_(std::move(core)), name_(std::move(name)), fields_(std::move(fields)) {}

Log Log::off() { return Log(nullptr, {}, {}); }

Log Log::named(std::string_view name) const {
  return Log(core_, name_.empty() ? std::string(name) : name_ + '.' + std::string(name), fields_);
}

Log Log::with(LogFields fields) const {
  Log log = *this;
  if (core_)
    append_fields(log.fields_, core_->options.encoder, std::span(fields.begin(), fields.size()));
  return log;
}

bool Log::writes(LogLevel level) const { return core_ && level >= core_->options.level; }

void Log::error(std::string_view message, const Error& error, LogFields fields) const {
  if (error.fault == Fault::cancelled || !writes(kLogError)) return;
  const std::string text = error.text();
  std::vector<LogField> all(fields);
  all.push_back({"error", text});
  all.push_back({"fault", word(error.fault)});
  write(kLogError, message, std::span<const LogField>(all));
}

void Log::write(LogLevel level, std::string_view message, std::span<const LogField> fields) const {
  if (!writes(level)) return;
  const LogOptions& options = core_->options;
  Record record{.level = level,
                .time = time_text(options.time, core_->clock.wall()),
                .name = name_,
                .message = redact(message),
                .fields = fields_};
  append_fields(record.fields, options.encoder, fields);
  const std::string line =
      options.encoder == LogEncoder::json ? json_line(record, options.time) : console_line(record);
  core_->sink.with([&](const LogSink& sink) { sink(line); });
}

}  // namespace kollect
