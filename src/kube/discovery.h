// Which resources a server has: a kind becomes a resource, and "not served" is told from "could not
// be asked".
//
// Documents are read and kept here; who fetches them decides when, and never blocks for it: find()
// answers, or names the document that must be fetched first.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kube/client.h"
#include "kube/gvk.h"
#include "kube/request.h"

namespace kollect::kube {

struct ApiResource {
  Gvr gvr;
  std::string kind;
  bool is_namespaced = false;
  bool is_watchable = false;  // offers both list and watch

  bool operator==(const ApiResource&) const = default;
};

// What one discovery document says. Subresources are left out.
struct DiscoveryPage {
  enum class Form {
    aggregated,  // every resource of every group (apidiscovery.k8s.io)
    groups,      // names of groups only: resources must be asked for version by version
    resources,   // the resources of one group and version
  };
  struct Listing {
    std::vector<ApiResource> resources = {};
    bool is_stale = false;  // the server could not ask who serves this group: absence means nothing
  };

  Form form = Form::aggregated;
  std::map<GroupVersion, Listing> versions = {};
};

// Fault::invalid for what is no discovery document. A resource that does not read is left out and
// marks its version stale.
Result<DiscoveryPage> parse_discovery(std::string_view body);

// Of several resources with this very kind: one that can be watched, then the first by name. Null
// when there is none.
const ApiResource* find_kind(const DiscoveryPage::Listing& listing, std::string_view kind);

struct Absent {};  // the server was asked and does not serve it
struct AskFirst {  // send discovery_request(path), hand the answer to take(), then find again
  std::string path;
};
using DiscoveryAnswer = std::variant<ApiResource, Absent, Error, AskFirst>;

// How old an answer may be: a kind that was found may come from an older document than one that was
// not.
struct DiscoveryQuestion {
  Gvk gvk;
  Steady::time_point hits_since;
  Steady::time_point misses_since;
};

// "/api" and "/apis" ask for the aggregated form with the plain one as second choice.
Request discovery_request(const std::string& path);

// The documents that were read, each until a newer one takes its place. One thread at a time. A
// failure of one group leaves the others alone, and never makes a kind absent.
class Discovery {
 public:
  DiscoveryAnswer find(const DiscoveryQuestion& question) const;
  // `answer` is what the request for this path, sent at `asked_at`, brought.
  void take(const std::string& path, Steady::time_point asked_at, const Result<Answer>& answer);

 private:
  struct Slot {
    DiscoveryPage page;
    Steady::time_point page_at = Steady::time_point::min();
    std::optional<Error> failure;
    Steady::time_point failed_at = Steady::time_point::min();

    Steady::time_point asked_at() const { return std::max(page_at, failed_at); }
  };

  const Slot* slot(const std::string& path) const;
  const ApiResource* hit(const Slot* slot, const DiscoveryQuestion& question) const;

  std::map<std::string, Slot, std::less<>> slots_;
};

}  // namespace kollect::kube
