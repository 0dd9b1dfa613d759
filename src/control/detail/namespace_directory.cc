#include "control/detail/namespace_directory.h"

namespace kollect::control {

namespace {

constexpr std::chrono::seconds kRecheck{30};
constexpr std::chrono::seconds kRetry{2};
constexpr std::chrono::seconds kAnswerLimit{10};
const kube::Gvk kNamespace{"", "v1", "Namespace"};
const kube::Gvr kNamespaces{"", "v1", "namespaces"};

}  // namespace

NamespaceDirectory::NamespaceDirectory(net::Loop& loop, kube::Session& session,
                                       NamespaceListener& listener, Source source)
    : loop_(loop), session_(session), listener_(listener), source_(source) {}

NamespaceDirectory::~NamespaceDirectory() {
  if (watch_) session_.stop(*watch_);
  if (timer_) loop_.cancel_timer(*timer_);
}

void NamespaceDirectory::start(const kube::WatcherOptions& options) {
  if (source_ == Source::by_name) return ask_all();
  watch_ = session_.start({.gvk = kNamespace, .part = kube::Part::metadata}, *this, options);
}

void NamespaceDirectory::want(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!wanted_.insert(name).second) continue;
    unknown_.insert(name);
    if (source_ == Source::by_name) ask(name);
  }
}

const NamespaceFacts* NamespaceDirectory::find(std::string_view name) const {
  const auto found = facts_.find(name);
  return found == facts_.end() ? nullptr : &found->second;
}

void NamespaceDirectory::object(kube::ObjectChange change, std::string_view bytes) {
  const auto document = json::Document::parse(bytes);
  if (!document) return;
  NamespaceFacts facts = read_namespace(document->root());
  if (facts.name.empty()) return;
  if (change == kube::ObjectChange::erased) {
    listed_.erase(facts.name);
    return drop(facts.name);
  }
  if (change == kube::ObjectChange::listed) listed_.insert(facts.name);
  put(std::move(facts));
}

void NamespaceDirectory::end_list() {
  std::vector<std::string> gone;
  for (const auto& [name, facts] : facts_) {
    if (!listed_.contains(name)) gone.push_back(name);
  }
  listed_.clear();
  for (const std::string& name : gone) drop(name);
  set_standing(Source::watch, std::nullopt);
  const bool were_unknown = !std::exchange(unknown_, {}).empty();
  if (!is_ready_ || were_unknown) become_ready();
}

void NamespaceDirectory::state(const kube::WatchReport& report) {
  if (source_ == Source::by_name) return;
  if (report.state == kube::WatchState::forbidden) {
    set_standing(Source::by_name, std::nullopt);
    ask_all();
  } else if (!is_ready_) {
    set_standing(source_, report.why);
  }
}

void NamespaceDirectory::unreadable(const Error&) {}

void NamespaceDirectory::put(NamespaceFacts facts) {
  const auto [at, is_new] = facts_.try_emplace(facts.name, facts);
  if (!is_new && at->second == facts) return;
  at->second = std::move(facts);
  if (is_ready_) listener_.namespace_changed(at->first, &at->second);
}

void NamespaceDirectory::drop(const std::string& name) {
  const auto found = facts_.find(name);
  if (found == facts_.end()) return;
  facts_.erase(found);
  if (is_ready_) listener_.namespace_changed(name, nullptr);
}

void NamespaceDirectory::ask_all_at(Steady::time_point time) {
  if (timer_) loop_.cancel_timer(*timer_);
  timer_ = loop_.call_at(time, [this] {
    timer_.reset();
    if (source_ == Source::by_name) ask_all();
  });
}

void NamespaceDirectory::ask_all() {
  ask_all_at(Steady::now() + kRecheck);
  for (const std::string& name : wanted_) ask(name);
  if (asked_.empty() && !is_ready_) become_ready();
}

void NamespaceDirectory::ask(const std::string& name) {
  if (!asked_.insert(name).second) return;
  session_.send(kube::get({kNamespaces, "", name}, kube::Part::metadata), kAnswerLimit,
                [this, name](const Result<kube::Answer>& answer) { answered(name, answer); });
}

void NamespaceDirectory::answered(const std::string& name, const Result<kube::Answer>& answer) {
  asked_.erase(name);
  if (source_ == Source::watch) return;
  const auto refusal = answer ? answer->refusal : kube::Refusal::other;
  const bool is_told = refusal == kube::Refusal::not_found || refusal == kube::Refusal::forbidden ||
                       (answer && answer->outcome);
  if (!is_told && unknown_.contains(name)) {
    set_standing(source_, answer ? answer->outcome.error() : answer.error());
    return ask_all_at(Steady::now() + kRetry);
  }
  const bool was_unknown = unknown_.erase(name) > 0;
  if (unknown_.empty()) set_standing(source_, std::nullopt);
  if (refusal == kube::Refusal::not_found) {
    drop(name);
  } else if (refusal == kube::Refusal::forbidden) {
    if (find(name) == nullptr) put(assumed_namespace(name));
  } else if (answer && answer->outcome) {
    object(kube::ObjectChange::changed, answer->body);
  }
  if (asked_.empty() && unknown_.empty() && (!is_ready_ || was_unknown)) become_ready();
}

void NamespaceDirectory::set_standing(Source source, std::optional<Error> failure) {
  const auto text = [](const std::optional<Error>& error) {
    return error ? error->text() : std::string();
  };
  const bool is_news = source != source_ || text(failure) != text(failure_);
  source_ = source;
  failure_ = std::move(failure);
  if (is_news) listener_.namespaces_in_doubt();
}

void NamespaceDirectory::become_ready() {
  is_ready_ = true;
  listener_.namespaces_ready();
}

}  // namespace kollect::control
