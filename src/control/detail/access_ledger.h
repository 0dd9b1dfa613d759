// What may be read of one resource, asked of the server again and again (collection.md 1.6 as
// rulings.md 3 corrects it).
//
// An entry is a scope: a namespace, or the empty one for all of them or for a resource of the
// cluster. A denial counts when two reviews apart agree, an error when two in a row were answered.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "kube/access_reviews.h"
#include "kube/session.h"

namespace kollect::control {

enum class Access : uint8_t { unknown, allowed, denied };

class AccessListener {
 public:
  virtual ~AccessListener() = default;
  // The standing of a scope changed.
  virtual void access_changed(const std::string& scope, Access before, Access now) = 0;
  // Whether reviews of it fail, as opposed to answering.
  virtual void access_failing_changed() = 0;
};

struct AccessParts {
  net::Loop& loop;
  kube::Session& session;
  kube::AccessReviews& reviews;
};

struct AccessTimes {
  std::chrono::milliseconds review;
  std::chrono::milliseconds confirm;
  bool asks = true;
};

// The loop's thread alone.
class AccessLedger {
 public:
  AccessLedger(const AccessParts& parts, AccessTimes times, AccessListener& listener);
  ~AccessLedger();

  // The resource that it is about; of another one everything is forgotten.
  void set_resource(const kube::Gvr& resource);
  // Asks about a scope at once if it is new, and again and again from then on.
  void watch(std::string_view scope);
  void forget(std::string_view scope);
  Access of(std::string_view scope) const;
  // The server refused what was allowed: both verbs are asked about anew, at once.
  void doubt(std::string_view scope);
  // Reviews are answered with errors.
  std::optional<Error> failing() const;

 private:
  struct Entry {
    Access access = Access::unknown;
    std::string_view verb = "list";  // that is asked about; both must be allowed at first
    std::optional<Steady::time_point> first_denial;  // not yet confirmed
    std::optional<Error> error;
    int errors = 0;
    bool is_doubted = false;                // nothing remembered counts
    std::optional<Steady::time_point> due;  // none while it is being asked
  };

  void plan(const std::string& scope, Entry& entry, std::optional<Steady::time_point> due);
  void tick();
  void ask(const std::string& scope, Entry& entry);
  void ask_server(const std::string& scope, const kube::AccessQuestion& question);
  void answered(const std::string& scope, const Result<bool>& answer);
  void permitted(const std::string& scope, Entry& entry);
  void failed(const std::string& scope, Entry& entry, const Error& error);
  void decided(const std::string& scope, Entry& entry, Access now);
  void tell_failing();
  void set_timer();

  const AccessParts parts_;
  const AccessTimes times_;
  AccessListener& listener_;
  kube::Gvr resource_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::set<std::pair<Steady::time_point, std::string>> due_;  // of the entries that have one
  std::set<std::string, std::less<>> failing_;
  std::optional<net::TimerId> timer_;
  Steady::time_point timer_time_{};
  std::shared_ptr<bool> is_alive_ = std::make_shared<bool>(true);
  size_t in_flight_ = 0;
  bool was_failing_ = false;
};

}  // namespace kollect::control
