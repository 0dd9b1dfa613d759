// Owners of libcurl's handles, and what every transfer needs from the library.
#pragma once

#include <memory>

#include <curl/curl.h>

namespace kollect::net {

// Initialises libcurl once and makes the process ignore SIGPIPE, which OpenSSL raises when a peer
// has gone. Any thread.
void prepare_curl();

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, FreeEasy>;
using CurlMulti = std::unique_ptr<CURLM, FreeMulti>;
using CurlList = std::unique_ptr<curl_slist, FreeList>;

// Appends a copy of `text`.
void append(CurlList& list, const char* text);

}  // namespace kollect::net
