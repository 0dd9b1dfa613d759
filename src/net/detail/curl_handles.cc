#include "net/detail/curl_handles.h"

#include <csignal>

#include "base/result.h"

namespace kollect::net {

void prepare_curl() {
  static const bool ready = [] {
    struct sigaction current {};
    if (sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) {
      std::signal(SIGPIPE, SIG_IGN);
    }
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  }();
  KOLLECT_CHECK(ready);
}

void append(CurlList& list, const char* text) {
  curl_slist* grown = curl_slist_append(list.get(), text);
  KOLLECT_CHECK(grown != nullptr);
  static_cast<void>(list.release());
  list.reset(grown);
}

}  // namespace kollect::net
