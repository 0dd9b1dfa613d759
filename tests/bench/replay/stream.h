// The body of a response, made piece by piece as the client takes it.
#pragma once

#include <memory>
#include <string>

#include "bench/replay/cluster.h"

namespace kollect::bench {

enum class Progress {
  more,  // there is more right now
  idle,  // nothing until the cluster changes or time passes
  done,  // the response is complete
};

class Stream {
 public:
  virtual ~Stream() = default;
  // Appends at least one piece when there is one, and stops soon after `out` holds `budget` bytes.
  virtual Progress fill(std::string& out, size_t budget, double now_seconds) = 0;
};

// Which objects a request is about, and how they are written.
struct Selection {
  Resource resource = Resource::pods;
  uint64_t first = 0;  // indexes
  uint64_t last = 0;   // one past the end; ~0: also those that come later
  bool metadata_only = false;

  bool contains(const ObjectRef& object) const {
    return object.resource == resource && object.index >= first && object.index < last;
  }
};

struct Page {
  uint64_t limit = 0;    // 0: no limit
  uint64_t version = 0;  // the resourceVersion that the list names
};

struct Watching {
  uint64_t version = 0;         // events after this one; what lives goes first when it is 0
  bool initial_events = false;  // what lives goes first, then a bookmark that says so
  bool bookmarks = false;
  double bookmark_seconds = 60;
  double until_seconds = 0;  // when the response ends
};

// Objects show their newest state, as a list that is served from a watch cache; a watch from the
// list's resourceVersion repeats what came after it.
std::unique_ptr<Stream> list_stream(const Cluster& cluster, const Selection& what,
                                    const Page& page);
std::unique_ptr<Stream> watch_stream(const Cluster& cluster, const Selection& what,
                                     const Watching& how);
std::unique_ptr<Stream> fixed_stream(std::string body);

}  // namespace kollect::bench
