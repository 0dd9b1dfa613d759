#include "net/url.h"

namespace kollect::net {
namespace {

TEST(Url, parts_are_read_and_written_back_exactly) {
  const auto url = parse_url("HTTPS://joe:p%40w@Example.COM:8443/a%2Fb/c?x=1&y=a%20b#top");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->userinfo, "joe:p%40w");
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a%2Fb/c");
  EXPECT_EQ(url->query, "x=1&y=a%20b");
  EXPECT_EQ(url->fragment, "top");
  EXPECT_EQ(url->text(), "https://joe:p%40w@example.com:8443/a%2Fb/c?x=1&y=a%20b#top");
}

TEST(Url, ipv6_host_has_no_brackets_but_its_text_has) {
  const auto url = parse_url("http://[2001:DB8::1]:80/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->text(), "http://[2001:db8::1]:80/");
  EXPECT_EQ(parse_url("http://[::1]")->text(), "http://[::1]");
}

TEST(Url, a_port_that_is_not_given_follows_from_the_scheme) {
  EXPECT_EQ(parse_url("https://a")->effective_port(), 443);
  EXPECT_EQ(parse_url("http://a/")->effective_port(), 80);
  EXPECT_EQ(parse_url("nats://a")->effective_port(), 0);
  EXPECT_EQ(parse_url("http://a:99")->effective_port(), 99);
}

TEST(Url, redacted_form_shows_neither_user_nor_query_values_nor_fragment) {
  EXPECT_EQ(redacted_url("https://joe:secret@h.example:1/p/q?sig=abc&flag&t=1=2#secret"),
            "https://h.example:1/p/q?sig=***&flag&t=***");
  EXPECT_EQ(redacted_url("https://joe:sec ret@h"), "(malformed URL)");
  EXPECT_EQ(redacted_url("secret"), "(malformed URL)");
}

TEST(Url, what_is_not_plainly_a_url_is_refused_without_showing_it) {
  const std::string long_host(254, 'a');
  const std::string bad[] = {"",
                             "example.com",
                             "://h",
                             "1http://h",
                             "http://",
                             "http:///x",
                             "http://h:0",
                             "http://h:65536",
                             "http://h:",
                             "http://h:8x",
                             "http://h:-1",
                             "http://a b/",
                             "http://h/a b",
                             "http://h/\n",
                             "http://h\\x",
                             "http://h/%4",
                             "http://h/%zz",
                             "http://h/?%",
                             "http://[::1",
                             "http://[::1]x",
                             "http://[1.2.3.4]",
                             "http://[fe80::1%25eth0]/",
                             "http://h%41/",
                             "http://\xc3\xa9/",
                             "http://h/\xc3\xa9",
                             "http://h/{x}",
                             "http://a:b:c/",
                             "http://" + long_host,
                             std::string("http://h/\0x", 11)};
  for (const std::string& text : bad) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().fault, Fault::invalid);
    EXPECT_TRUE(text.size() < 8 || url.error().text().find(text.substr(7)) == std::string::npos)
        << text;
  }
}

TEST(Url, a_host_hidden_behind_userinfo_is_the_last_one) {
  EXPECT_EQ(parse_url("http://good.example@10.0.0.1/")->host, "10.0.0.1");
  EXPECT_EQ(parse_url("http://a@b@c/")->host, "c");
  EXPECT_EQ(parse_url("http://h/x@evil")->host, "h");
  EXPECT_EQ(parse_url("http://h?@evil")->host, "h");
  EXPECT_EQ(parse_url("http://h#@evil")->host, "h");
}

TEST(Percent, encoding_round_trips_every_byte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_encode("a/b c~é+"), "a%2Fb%20c~%C3%A9%2B");
  EXPECT_EQ(percent_encode_path("a/b c"), "a/b%20c");
}

TEST(Percent, decoding_refuses_broken_escapes) {
  for (const char* text : {"%", "a%4", "%g0", "%0g"})
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  EXPECT_EQ(percent_decode("a+b"), "a+b");
}

TEST(Query, fields_keep_order_and_decode) {
  const std::vector<QueryField> fields = {{"a", "1"}, {"b", "x y&=+"}, {"a", ""}};
  EXPECT_EQ(format_query(fields), "a=1&b=x%20y%26%3D%2B&a=");
  EXPECT_EQ(parse_query(format_query(fields)), fields);
  const std::vector<QueryField> loose = {{"flag", ""}, {"b", "x y"}, {"", "v"}};
  EXPECT_EQ(parse_query("flag&&b=x+y&bad=%z&=v"), loose);
}

TEST(Target, is_split_at_the_first_question_mark) {
  EXPECT_EQ(split_target("/a?b?c").path, "/a");
  EXPECT_EQ(split_target("/a?b?c").query, "b?c");
  EXPECT_EQ(split_target("/a").query, "");
}

}  // namespace
}  // namespace kollect::net
