// Misbehaviour on request, for tests of clients.
#pragma once

#include <cstdint>
#include <string>

namespace kollect::sandbox {

// In this order: what meets requests, be it the one of a watch; what meets requests and open
// watches; what meets open watches.
enum class FaultKind : uint8_t {
  stall,        // the request gets no answer, and stays open
  gone,         // 410 Expired
  throttled,    // 429 with Retry-After
  failed,       // 500, or `code`
  drop,         // the connection closes: before an answer, or an open watch. A client that used it
                // before may try again by itself: two times then make one failure
  half_page,    // half of the answer's body, then the connection closes
  garbage,      // a body, or a watch line, that is no JSON
  error_frame,  // a watch gets an ERROR frame with `code` (410) and ends
  half_line,    // a watch gets half of a line, then the connection closes
  hold,         // watches send nothing until the faults are cleared
};

struct InjectedFault {
  FaultKind kind = FaultKind::drop;
  std::string verb = "*";      // get list watch create update patch delete
  std::string resource = "*";  // "pods", "deployments.apps"
  int times = 1;               // how many requests or open watches; below 0: until cleared
  int code = 0;                // of failed and error_frame; 0: 500 and 410
  int retry_after_seconds = 1;
};

}  // namespace kollect::sandbox
