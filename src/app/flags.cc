#include "app/flags.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace kollect::app {

namespace {

// One argument taken apart: which flag, and the value that came with it.
struct Split {
  const Flag* flag = nullptr;
  std::optional<std::string> value;
};

const Flag* by_name(std::span<const Flag> known, std::string_view name) {
  const auto found = std::ranges::find(known, name, &Flag::name);
  return found == known.end() ? nullptr : &*found;
}

const Flag* by_letter(std::span<const Flag> known, char letter) {
  const auto found = std::ranges::find(known, letter, &Flag::letter);
  return found == known.end() ? nullptr : &*found;
}

Split split(const std::string& argument, std::span<const Flag> known) {
  if (!argument.starts_with("--")) {
    Split one{.flag = by_letter(known, argument[1]), .value = std::nullopt};
    if (argument.size() > 2) one.value = argument.substr(argument[2] == '=' ? 3 : 2);
    return one;
  }
  const size_t equals = argument.find('=');
  Split one{.flag = by_name(known, std::string_view(argument).substr(2, equals - 2)),
            .value = std::nullopt};
  if (equals != std::string::npos) one.value = argument.substr(equals + 1);
  return one;
}

// The words of a switch, as Go's flag packages read them; nullopt for any other.
std::optional<bool> switch_value(std::string_view text) {
  for (const std::string_view word : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == word) return true;
  for (const std::string_view word : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == word) return false;
  return std::nullopt;
}

Result<std::string> value_of_switch(const Split& one) {
  if (!one.value) return std::string("true");
  const auto on = switch_value(*one.value);
  if (!on) return invalid(fmt::format("--{} is true or false, not {}", one.flag->name, *one.value));
  return std::string(*on ? "true" : "false");
}

bool is_flag(const std::string& argument) {
  return argument.size() > 1 && argument.starts_with('-');
}

}  // namespace

Result<GivenFlags> GivenFlags::parse(std::span<const std::string> arguments,
                                     std::span<const Flag> known) {
  GivenFlags given;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--") {
      given.others_.insert(given.others_.end(), arguments.begin() + static_cast<ptrdiff_t>(i) + 1,
                           arguments.end());
      break;
    }
    if (!is_flag(argument)) {
      given.others_.push_back(argument);
      continue;
    }
    Split one = split(argument, known);
    if (one.flag == nullptr)
      return invalid(fmt::format("unknown flag {}", argument.substr(0, argument.find('='))));
    const bool is_switch = one.flag->value.empty();
    if (is_switch) {
      auto value = value_of_switch(one);
      if (!value) return value.error();
      one.value = std::move(*value);
    } else if (!one.value) {
      if (++i == arguments.size())
        return invalid(fmt::format("--{} needs a value: {}", one.flag->name, one.flag->value));
      one.value = arguments[i];
    }
    given.values_[std::string(one.flag->name)].push_back(std::move(*one.value));
  }
  return given;
}

std::vector<std::string> GivenFlags::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::string GivenFlags::last(std::string_view name, std::string_view fallback) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(fallback) : found->second.back();
}

bool GivenFlags::is_on(std::string_view name, bool fallback) const {
  const auto found = values_.find(name);
  return found == values_.end() ? fallback : found->second.back() == "true";
}

std::string flag_help(std::span<const Flag> known) {
  std::vector<std::string> names;
  size_t width = 24;
  for (const Flag& flag : known) {
    const std::string letter = flag.letter == '\0' ? "    " : fmt::format("-{}, ", flag.letter);
    const std::string_view gap = flag.value.empty() ? "" : " ";
    names.push_back(fmt::format("{}--{}{}{}", letter, flag.name, gap, flag.value));
    width = std::max(width, names.back().size());
  }
  std::string text;
  for (size_t i = 0; i < known.size(); ++i) {
    text += fmt::format("  {:<{}}  {}", names[i], width, known[i].help);
    if (!known[i].fallback.empty()) text += fmt::format(" (default {})", known[i].fallback);
    text += '\n';
  }
  return text;
}

}  // namespace kollect::app
