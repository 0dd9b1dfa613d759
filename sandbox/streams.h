// Bodies that are made as the client takes them: pages of a list, and watches. No thread waits.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "net/server.h"
#include "sandbox/cluster.h"
#include "sandbox/selector.h"
#include "sandbox/view.h"

namespace kollect::sandbox {

// Which objects a request is about.
struct Selection {
  KindPtr kind;
  kube::ObjectKey key;  // empty parts: all
  Selector labels;
  Selector fields;

  bool contains(const Object& object) const;
};

struct Watching {
  uint64_t version = 0;      // events after this one
  bool sends_state = false;  // what lives goes first
  bool marks_initial_end = false;
  bool bookmarks = false;
  std::chrono::milliseconds bookmark_interval{60'000};
  std::chrono::milliseconds timeout{1'800'000};
};

struct ListPage {
  std::vector<ObjectPtr> objects;
  View::Head head;
};

std::unique_ptr<net::BodySource> list_source(View view, ListPage page);
std::unique_ptr<net::BodySource> watch_source(Cluster& cluster, Selection selection, View view,
                                              const Watching& how);
// Sends `text`, then closes the connection, or stays silent.
std::unique_ptr<net::BodySource> broken_source(std::string text, bool is_silent);

}  // namespace kollect::sandbox
