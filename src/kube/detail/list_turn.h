// One list at a time: who may take one now, and who comes next.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace kollect::kube {

// First come, first served. Of one API server; one thread at a time.
class ListTurn {
 public:
  using Who = uint64_t;

  // True: it is `who`'s turn now. False: waiting; asking again keeps the place.
  bool ask(Who who);
  // Gives the turn, or the place in the queue, back; whose turn it is now, when it changed hands.
  std::optional<Who> leave(Who who);

 private:
  std::optional<Who> holder_;
  std::deque<Who> waiting_;
};

}  // namespace kollect::kube
