#include "control/catalog.h"

#include <fmt/format.h>

#include "api/codec.h"
#include "control/detail/catalog_feed.h"

namespace kollect::control {

namespace {

template <typename Object>
Status all_synced(
    const std::map<std::string, std::unique_ptr<CatalogFeed<Object>>, std::less<>>& feeds) {
  for (const auto& [namespace_name, feed] : feeds)
    if (Status known = feed->known(); !known) return known;
  return {};
}

}  // namespace

template <typename Object>
Catalog::Feeds<Object> Catalog::feeds_of(const std::vector<std::string>& namespaces,
                                         const Log& log) const {
  Feeds<Object> feeds;
  for (const std::string& one : namespaces)
    feeds.emplace(one, std::make_unique<CatalogFeed<Object>>(one, log));
  if (namespaces.empty()) feeds.emplace("", std::make_unique<CatalogFeed<Object>>("", log));
  return feeds;
}

Catalog::Catalog(const CatalogOptions& options, const Log& log)
    : scopes_(feeds_of<api::Scope>(options.namespaces, log)),
      profiles_(feeds_of<api::Profile>(options.namespaces, log)) {
  if (!options.tenant_mode) cluster_scopes_ = feeds_of<api::ClusterScope>({}, log);
}

Catalog::~Catalog() = default;

void Catalog::start(kube::Session& session) {
  for (const auto& [namespace_name, feed] : scopes_) session.start(feed->spec(), *feed);
  for (const auto& [namespace_name, feed] : profiles_) session.start(feed->spec(), *feed);
  for (const auto& [namespace_name, feed] : cluster_scopes_) session.start(feed->spec(), *feed);
}

template <typename Object>
Result<const CatalogFeed<Object>*> Catalog::feed_for(const Feeds<Object>& feeds,
                                                     std::string_view namespace_name) {
  auto found = feeds.find("");
  if (found == feeds.end()) found = feeds.find(namespace_name);
  if (found != feeds.end()) return found->second.get();
  return denied(fmt::format("namespace {} is not among those this operator watches",
                            api::quoted(namespace_name)));
}

Result<std::optional<api::Scope>> Catalog::scope(std::string_view namespace_name) const {
  const auto feed = feed_for(scopes_, namespace_name);
  return feed ? (*feed)->first(namespace_name) : feed.error();
}

Result<std::optional<api::ClusterScope>> Catalog::cluster_scope() const {
  if (cluster_scopes_.empty()) return std::optional<api::ClusterScope>();
  return cluster_scopes_.begin()->second->first("");
}

Result<std::optional<api::Profile>> Catalog::profile(std::string_view namespace_name,
                                                     std::string_view name) const {
  const auto feed = feed_for(profiles_, namespace_name);
  if (!feed) return feed.error();
  return (*feed)->named({std::string(namespace_name), std::string(name)});
}

Status Catalog::synced() const {
  if (Status known = all_synced(scopes_); !known) return known;
  if (Status known = all_synced(profiles_); !known) return known;
  return all_synced(cluster_scopes_);
}

}  // namespace kollect::control
