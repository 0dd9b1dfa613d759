// The configuration that others look up, as the cluster holds it: scopes, cluster scopes and
// profiles, kept current by watches.
//
// Admission asks it through the port api::ClusterView; reconcilers use the same answers. What could
// not be read is an error, never absence, so that rules fail closed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/rules.h"
#include "base/log.h"
#include "kube/session.h"

namespace kollect::control {

struct CatalogOptions {
  bool tenant_mode = false;                  // cluster kinds are not watched: there are none
  std::vector<std::string> namespaces = {};  // that are watched; empty: all
};

template <typename Object>
class CatalogFeed;

// Lookups come from any thread and never block on I/O; they see a change as soon as the watch
// brought it. A kind that the cluster does not know has no objects. Of an object that does not
// decode nothing is known: whoever looks it up gets the error. While the API server cannot be
// reached, what was read last stays.
class Catalog final : public api::ClusterView {
 public:
  Catalog(const CatalogOptions& options, const Log& log);
  ~Catalog() override;

  // On the thread of the session's loop, once; the session ends before this.
  void start(kube::Session& session);

  Result<std::optional<api::Scope>> scope(std::string_view namespace_name) const override;
  Result<std::optional<api::ClusterScope>> cluster_scope() const override;
  Result<std::optional<api::Profile>> profile(std::string_view namespace_name,
                                              std::string_view name) const override;

  // Whether everything was read at least once and may still be; the error says what was not.
  Status synced() const;

 private:
  template <typename Object>
  using Feeds = std::map<std::string, std::unique_ptr<CatalogFeed<Object>>, std::less<>>;

  template <typename Object>
  Feeds<Object> feeds_of(const std::vector<std::string>& namespaces, const Log& log) const;
  template <typename Object>
  static Result<const CatalogFeed<Object>*> feed_for(const Feeds<Object>& feeds,
                                                     std::string_view namespace_name);

  // Constant after construction, by namespace; the empty one stands for all.
  Feeds<api::Scope> scopes_;
  Feeds<api::Profile> profiles_;
  Feeds<api::ClusterScope> cluster_scopes_;
};

}  // namespace kollect::control
