// The namespaces of the cluster as collection needs them, from one watch that all targets share.
//
// Where namespaces may not be listed, those that targets name are read one by one, and one that may
// not be read is assumed to exist with the label that every namespace has (collection.md W25).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "control/collector.h"
#include "control/namespace_facts.h"
#include "kube/object.h"

namespace kollect::control {

class NamespaceListener {
 public:
  virtual ~NamespaceListener() = default;
  // Added or changed when `facts` is there, else gone. Before the directory is ready nobody is
  // told.
  virtual void namespace_changed(const std::string& name, const NamespaceFacts* facts) = 0;
  // What can be known is known: once at the start, and again when names were added and answered.
  virtual void namespaces_ready() = 0;
  // Whether they may be listed, or why they are not known, is another than before.
  virtual void namespaces_in_doubt() = 0;
};

// The loop's thread alone.
class NamespaceDirectory final : public kube::WatchReader {
 public:
  enum class Source { watch, by_name };
  // All outlive this.
  NamespaceDirectory(net::Loop& loop, kube::Session& session, NamespaceListener& listener,
                     Source source);
  ~NamespaceDirectory() override;

  void start(const kube::WatcherOptions& options);
  // Names to read one by one when there is no list; adds to those named before.
  void want(const std::vector<std::string>& names);

  bool is_ready() const { return is_ready_; }
  // Namespaces may not be listed: those that nobody named are not known.
  bool is_by_name() const { return source_ == Source::by_name; }
  // Some of the names were not answered yet.
  bool has_unknown() const { return source_ == Source::by_name && !unknown_.empty(); }
  bool is_unknown(const std::string& name) const {
    return has_unknown() && unknown_.contains(name);
  }
  // What the server said last to who asks for namespaces that are not known; none: it just has not
  // answered yet, or nothing is unknown.
  const std::optional<Error>& failure() const { return failure_; }
  const NamespaceFacts* find(std::string_view name) const;
  const std::map<std::string, NamespaceFacts, std::less<>>& all() const { return facts_; }

  void begin_list() override { listed_.clear(); }
  void object(kube::ObjectChange change, std::string_view bytes) override;
  void end_list() override;
  void state(const kube::WatchReport& report) override;
  void unreadable(const Error& error) override;

 private:
  void put(NamespaceFacts facts);
  void drop(const std::string& name);
  void ask(const std::string& name);
  void answered(const std::string& name, const Result<kube::Answer>& answer);
  void ask_all();
  void ask_all_at(Steady::time_point time);
  void become_ready();
  void set_standing(Source source, std::optional<Error> failure);

  net::Loop& loop_;
  kube::Session& session_;
  NamespaceListener& listener_;
  Source source_;
  std::optional<kube::WatchId> watch_;
  std::optional<net::TimerId> timer_;
  std::map<std::string, NamespaceFacts, std::less<>> facts_;
  std::set<std::string> listed_;
  std::set<std::string> wanted_;
  std::set<std::string> asked_;
  std::set<std::string> unknown_;  // of those wanted: never answered
  std::optional<Error> failure_;
  bool is_ready_ = false;
};

}  // namespace kollect::control
