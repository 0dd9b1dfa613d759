#include "kube/discovery.h"

#include <algorithm>

#include "base/json.h"
#include "base/json_split.h"
#include "net/url.h"

namespace kollect::kube {

namespace {

constexpr std::string_view kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json";

bool has_verb(const json::Value* verbs, std::string_view verb) {
  return verbs != nullptr && verbs->is_array() &&
         std::ranges::any_of(verbs->items(), [&](const json::Value& item) {
           return item.is_string() && item.as_string() == verb;
         });
}

bool is_watchable(const json::Value& resource) {
  const json::Value* verbs = resource.find("verbs");
  return has_verb(verbs, "list") && has_verb(verbs, "watch");
}

std::span<const json::Value> items_of(const json::Value& object, std::string_view key) {
  const json::Value* list = object.find(key);
  return list != nullptr && list->is_array() ? list->items() : std::span<const json::Value>();
}

// A resource whose kind is unknown to the server comes without responseKind: then something is
// there that cannot be named.
void add_aggregated(const json::Value& resource, const GroupVersion& of,
                    DiscoveryPage::Listing& listing) {
  const std::string name(resource.text("resource"));
  const json::Value* kind = resource.find("responseKind");
  const std::string_view kind_name = kind == nullptr ? std::string_view() : kind->text("kind");
  if (name.empty() || kind_name.empty()) {
    listing.is_stale = true;
    return;
  }
  listing.resources.push_back({.gvr = {of.group, of.version, name},
                               .kind = std::string(kind_name),
                               .is_namespaced = resource.text("scope") == "Namespaced",
                               .is_watchable = is_watchable(resource)});
}

void add_group(const json::Value& group, DiscoveryPage& page) {
  const json::Value* name = group.at({"metadata", "name"});
  const std::string group_name(name != nullptr && name->is_string() ? name->as_string() : "");
  for (const json::Value& version : items_of(group, "versions")) {
    const GroupVersion key{group_name, std::string(version.text("version"))};
    DiscoveryPage::Listing& listing = page.versions[key];
    listing.is_stale = version.text("freshness") == "Stale";
    for (const json::Value& resource : items_of(version, "resources")) {
      add_aggregated(resource, key, listing);
    }
  }
}

void add_legacy(const json::Value& resource, const GroupVersion& of,
                DiscoveryPage::Listing& listing) {
  const std::string name(resource.text("name"));
  if (name.find('/') != std::string::npos) return;
  const json::Value* namespaced = resource.find("namespaced");
  if (name.empty() || resource.text("kind").empty()) {
    listing.is_stale = true;
    return;
  }
  listing.resources.push_back({.gvr = {of.group, of.version, name},
                               .kind = std::string(resource.text("kind")),
                               .is_namespaced = namespaced != nullptr &&
                                                namespaced->kind() == json::Kind::boolean &&
                                                namespaced->as_bool(),
                               .is_watchable = is_watchable(resource)});
}

// Group by group, so that a document of megabytes never stands as a tree.
class AggregatedReader : public json::PieceReader {
 public:
  explicit AggregatedReader(DiscoveryPage& page) : page_(page) {}
  void on_item(std::string_view bytes) override {
    arena_.reset();
    if (const auto group = json::parse(bytes, arena_)) {
      add_group(*group, page_);
    } else {
      unread_ = true;
    }
  }
  void on_member(std::string_view key, std::string_view value) override {
    if (key == "kind") kind_ = value;
  }
  const std::string& kind() const { return kind_; }
  bool has_unread() const { return unread_; }

 private:
  DiscoveryPage& page_;
  json::Arena arena_;
  std::string kind_;  // with its quotes
  bool unread_ = false;
};

Result<DiscoveryPage> parse_plain(std::string_view body) {
  const auto document = json::Document::parse(body);
  if (!document) return document.error().in("discovery");
  const json::Value& root = document->root();
  const std::string_view kind = root.text("kind");
  DiscoveryPage page{.form = DiscoveryPage::Form::groups};
  if (kind == "APIGroupList" || kind == "APIVersions") return page;
  if (kind != "APIResourceList") return invalid("discovery: not a list of groups or resources");
  const auto of = parse_api_version(root.text("groupVersion"));
  if (!of) return of.error().in("discovery");
  page.form = DiscoveryPage::Form::resources;
  DiscoveryPage::Listing& listing = page.versions[*of];
  for (const json::Value& resource : items_of(root, "resources")) {
    add_legacy(resource, *of, listing);
  }
  return page;
}

std::string version_path(const Gvk& gvk) {
  const std::string version = net::percent_encode(gvk.version);
  return gvk.group.empty() ? "/api/" + version
                           : "/apis/" + net::percent_encode(gvk.group) + '/' + version;
}

}  // namespace

Result<DiscoveryPage> parse_discovery(std::string_view body) {
  DiscoveryPage page;
  AggregatedReader reader(page);
  json::Splitter splitter(json::Splitter::Input::list);
  Status read = splitter.feed(body, reader);
  if (read) read = splitter.finish();
  if (!read) return read.error().in("discovery");
  if (reader.kind() != R"("APIGroupDiscoveryList")") return parse_plain(body);
  if (reader.has_unread()) return invalid("discovery: a group does not read");
  return page;
}

const ApiResource* find_kind(const DiscoveryPage::Listing& listing, std::string_view kind) {
  const ApiResource* best = nullptr;
  for (const ApiResource& one : listing.resources) {
    if (one.kind != kind) continue;
    const bool is_better =
        best == nullptr || (one.is_watchable && !best->is_watchable) ||
        (one.is_watchable == best->is_watchable && one.gvr.resource < best->gvr.resource);
    if (is_better) best = &one;
  }
  return best;
}

Request discovery_request(const std::string& path) {
  Request request = raw_get(path);
  if (path == "/api" || path == "/apis") request.accept = kAggregated;
  return request;
}

const Discovery::Slot* Discovery::slot(const std::string& path) const {
  const auto found = slots_.find(path);
  return found == slots_.end() ? nullptr : &found->second;
}

const ApiResource* Discovery::hit(const Slot* slot, const DiscoveryQuestion& question) const {
  if (slot == nullptr || slot->page_at < question.hits_since) return nullptr;
  const auto listing = slot->page.versions.find({question.gvk.group, question.gvk.version});
  return listing == slot->page.versions.end() ? nullptr
                                              : find_kind(listing->second, question.gvk.kind);
}

DiscoveryAnswer Discovery::find(const DiscoveryQuestion& question) const {
  const std::string root_path = question.gvk.group.empty() ? "/api" : "/apis";
  const std::string own_path = version_path(question.gvk);
  const Slot* const root = slot(root_path);
  const Slot* const own = slot(own_path);
  if (const ApiResource* found = hit(root, question)) return *found;
  if (const ApiResource* found = hit(own, question)) return *found;

  const bool is_legacy = root != nullptr && root->page_at >= question.hits_since &&
                         root->page.form != DiscoveryPage::Form::aggregated;
  if (!is_legacy) {
    if (root == nullptr || root->asked_at() < question.misses_since) return AskFirst{root_path};
    if (root->failure) return *root->failure;
    const auto listing = root->page.versions.find({question.gvk.group, question.gvk.version});
    const bool is_telling = listing == root->page.versions.end() || !listing->second.is_stale;
    if (root->page.form == DiscoveryPage::Form::aggregated && is_telling) return Absent{};
  }
  if (own == nullptr || own->asked_at() < question.misses_since) return AskFirst{own_path};
  if (own->failure) return *own->failure;
  const auto listing = own->page.versions.find({question.gvk.group, question.gvk.version});
  if (listing != own->page.versions.end() && listing->second.is_stale)
    return unavailable("GET " + own_path + ": an entry does not read");
  return Absent{};
}

void Discovery::take(const std::string& path, Steady::time_point asked_at,
                     const Result<Answer>& answer) {
  Slot& slot = slots_[path];
  const bool is_root = path == "/api" || path == "/apis";
  const auto failed = [&](const Error& error) {
    slot.failure = error;
    slot.failed_at = asked_at;
  };
  const auto read = [&](DiscoveryPage page) {
    slot.page = std::move(page);
    slot.page_at = asked_at;
    slot.failure.reset();
  };
  if (!answer) return failed(answer.error());
  if (is_root && answer->http_status == 406) return read({.form = DiscoveryPage::Form::groups});
  if (!is_root && answer->refusal == Refusal::not_found)
    return read({.form = DiscoveryPage::Form::resources});
  if (!answer->outcome) return failed(answer->outcome.error());
  auto page = parse_discovery(answer->body);
  if (!page) return failed(unavailable("GET " + path + ": " + page.error().text()));
  read(std::move(*page));
}

}  // namespace kollect::kube
