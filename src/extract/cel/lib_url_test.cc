#include "extract/cel/lib_url.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

std::string written(size_t (*write)(const Url&, char*), const Url& url) {
  std::string out(3 * url.path.size() + url.host.size() + url.scheme.size(), '?');
  out.resize(write(url, out.data()));
  return out;
}

struct Case {
  const char* text;
  const char* scheme;
  const char* host;
  const char* name;
  const char* port;
  const char* path;
  const char* query;
};

TEST(LibUrl, urls_are_taken_apart) {
  constexpr Case kCases[] = {
      {"https://user:pass@example.com:80/path?query=val#fragment", "https", "example.com:80",
       "example.com", "80", "/path", "query=val"},
      {"/absolute-path", "", "", "", "", "/absolute-path", ""},
      {"HTTPS://example.com", "https", "example.com", "example.com", "", "", ""},
      {"https://[::1]:80/", "https", "[::1]:80", "::1", "80", "/", ""},
      {"https://[fe80::1%25en0]/", "https", "[fe80::1%en0]", "fe80::1%en0", "", "/", ""},
      {"http://example.com/path with spaces/", "http", "example.com", "example.com", "",
       "/path%20with%20spaces/", ""},
      {"/a%2Fb/[x]!*", "", "", "", "", "/a%2Fb/[x]!*", ""},
      {"/a%2Fb \"", "", "", "", "", "/a/b%20%22", ""},
      {"mailto:a@b?subject=x", "mailto", "", "", "", "", "subject=x"},
      {"ssh://a:b:22/", "ssh", "a:b:22", "a:b", "22", "/", ""},
      {"//host/path", "", "host", "host", "", "/path", ""},
      {"///x", "", "", "", "", "///x", ""},
      {"*", "", "", "", "", "*", ""},
      {"http://h/p#f?q", "http", "h", "h", "", "/p", ""},
      {"http://u@p@h:/", "http", "h:", "h", "", "/", ""},
  };
  for (const Case& c : kCases) {
    const auto url = parse_url(c.text);
    ASSERT_TRUE(url) << c.text;
    const std::string host = written(&unescaped_host, *url);
    EXPECT_EQ(written(&lower_scheme, *url), c.scheme);
    EXPECT_EQ(host, c.host);
    EXPECT_EQ(split_host_port(host).host, c.name);
    EXPECT_EQ(split_host_port(host).port, c.port);
    EXPECT_EQ(written(&escaped_path, *url), c.path);
    EXPECT_EQ(url->query, c.query);
  }
}

TEST(LibUrl, text_that_is_no_url_is_refused) {
  for (const char* text : {"",
                           "../relative-path",
                           "a",
                           ":x",
                           "?x",
                           "#x",
                           "1http://x",
                           "ht_tp://x",
                           "https://a:b:c/",
                           "http://x:port/",
                           "https://[::1",
                           "https://[1.2.3.4]/",
                           "http://x[::1]/",
                           "http://[::1]x/",
                           "http://[]/",
                           "http://[fe80::1%25]/",
                           "http://a b/",
                           "http://a%20b/",
                           "http://us er@h/",
                           "http://u%zz@h/",
                           "/%zz",
                           "/%4",
                           "/a\nb",
                           "/\x7f",
                           "http://h/%"}) {
    EXPECT_FALSE(is_url(text)) << text;
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(LibUrl, queries_give_their_well_formed_pairs) {
  std::string_view query = "k1=a&k2=b+c&&%41=%3D=&bad;pair&%zz=1&x=%z&last";
  std::string pairs;
  for (QueryPair pair; take_pair(query, pair);) {
    std::string key(pair.key.size(), '?');
    key.resize(unescape_query(pair.key, key.data()));
    std::string value(pair.value.size(), '?');
    value.resize(unescape_query(pair.value, value.data()));
    pairs += "[" + key + "|" + value + "]";
  }
  EXPECT_EQ(pairs, "[k1|a][k2|b c][A|==][last|]");
}

TEST(LibUrl, too_many_pairs_are_none) {
  const std::string few = "/?" + std::string(9'999, '&');
  const std::string many = "/?" + std::string(10'000, '&');
  EXPECT_EQ(readable_query(*parse_url(few)).size(), 9'999u);
  EXPECT_EQ(readable_query(*parse_url(many)), "");
}

TEST(LibUrl, equal_urls_have_equal_texts) {
  const struct {
    const char* in;
    const char* out;
  } cases[] = {
      {"HTTP://u%41:p@h%e4/%7Ea b?q#a b", "http://uA:p@h%E4/~a%20b?q#a%20b"},
      {"http://h/%41", "http://h/%41"},
      {"a:///x", "a:///x"},
      {"a:/x", "a:/x"},
      {"a://", "a:"},
      {"http://h/?", "http://h/?"},
      {"mailto:a b", "mailto:a b"},
      {"//h/x", "//h/x"},
      {"http://u:@h", "http://u:@h"},
  };
  for (const auto& c : cases) EXPECT_EQ(url_text(*parse_url(c.in)), c.out);
}

}  // namespace
}  // namespace kollect::extract
