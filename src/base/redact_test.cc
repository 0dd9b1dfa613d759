#include "base/redact.h"

#include <string>

#include <gtest/gtest.h>

#include "base/clock.h"

namespace kollect {
namespace {

struct Case {
  const char* name;
  std::string in;
  std::string out;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

const Case kCases[] = {
    // URLs
    {"url_user_and_password", "dial postgres://kollect:s3cr3t@db:5432/inv failed",
     "dial postgres://***@db:5432/inv failed"},
    {"url_user_alone", "https://ghtoken@github.com/a/b.git", "https://***@github.com/a/b.git"},
    {"url_password_with_at", "amqp://u:p@ss@host/v", "amqp://***@host/v"},
    {"url_password_with_slash", "postgres://u:p/a?s@host/db", "postgres://***@host/db"},
    {"url_query_secret", "GET https://s3/b?X-Amz-Signature=abc123&part=2 failed",
     "GET https://s3/b?X-Amz-Signature=***&part=2 failed"},
    {"url_query_sas", "https://acc.blob/x?sv=1&sig=a%2Bb%3D&se=2",
     "https://acc.blob/x?sv=1&sig=***&se=2"},
    {"mysql_dsn", "open root:pw@tcp(10.0.0.1:3306)/inv", "open ***@tcp(10.0.0.1:3306)/inv"},
    {"url_in_quotes", R"(Get "https://u:p@h/x": EOF)", R"(Get "https://***@h/x": EOF)"},
    // keys
    {"libpq_dsn", "host=db user=k password=hunter2 sslmode=require",
     "host=db user=k password=*** sslmode=require"},
    {"libpq_quoted_password", R"(user=k password='a b\'c' host=db)",
     "user=k password='***' host=db"},
    {"libpq_doubled_quote", "password='a''b' host=db", "password='***' host=db"},
    {"password_with_comma", "password=a,b host=db", "password=*** host=db"},
    {"ado_string", "Server=db;Password=x;y=1;Database=d", "Server=db;Password=***;y=1;Database=d"},
    {"azure_connection_string", "AccountName=a;AccountKey=Zm9v/+==;EndpointSuffix=core",
     "AccountName=a;AccountKey=***;EndpointSuffix=core"},
    {"json_member", R"({"user":"k","password":"hun\"ter","port":1})",
     R"({"user":"k","password":"***","port":1})"},
    {"json_in_a_string", R"("{\"token\":\"abc\",\"a\":1}")", R"("{\"token\":\"***\",\"a\":1}")"},
    {"json_list", R"({"Authorization":["Bearer abc"],"a":1})", R"({"Authorization":[***],"a":1})"},
    {"yaml_pair", "password: hunter2\nuser: k", "password: ***\nuser: k"},
    {"camel_case", "dbPassword=x apiKey=y clientSecret=z",
     "dbPassword=*** apiKey=*** clientSecret=***"},
    {"environment", "AWS_SECRET_ACCESS_KEY=abc PGPASSWORD=x DB_PASS=y",
     "AWS_SECRET_ACCESS_KEY=*** PGPASSWORD=*** DB_PASS=***"},
    {"numbered", "password2=x", "password2=***"},
    {"flag_with_blank", "kafka --sasl-password hunter2 --port 1",
     "kafka --sasl-password *** --port 1"},
    {"flag_with_equals", "--token=abc -v", "--token=*** -v"},
    {"unterminated_quote", "password=\"abc def", "password=\"***"},
    {"go_map", "map[password:hunter2 port:1]", "map[password:*** port:1]"},
    {"go_bytes", "password:[104 117 110] user:k", "password:[***] user:k"},
    {"already_redacted", "password=*** at https://***@h", "password=*** at https://***@h"},
    // headers and credentials
    {"authorization_header", "Authorization: Bearer abc.def\r\nHost: h",
     "Authorization: ***\nHost: h"},
    {"aws_header", "Authorization: AWS4-HMAC-SHA256 Credential=AK/x, Signature=ff",
     "Authorization: ***"},
    {"curl_line", R"(curl -H "Authorization: Basic dTpw" https://h)",
     R"(curl -H "Authorization: ***" https://h)"},
    {"cookie", "Cookie: a=b; c=d", "Cookie: ***"},
    {"bare_bearer", "sent Bearer abcdefgh to h", "sent Bearer *** to h"},
    {"bare_basic", "sent basic dXNlcjpwYXNz to h", "sent basic *** to h"},
    {"web_token", "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln, refused", "got ***, refused"},
    {"cut_web_token", "got eyJhbGciOiJIUzI1NiJ9", "got ***"},
    {"github_token", "remote ghp_0123456789abcdefghij said no", "remote *** said no"},
    {"aws_key_id", "key AKIAIOSFODNN7EXAMPLE unknown", "key *** unknown"},
    {"bootstrap_token", "join 07401b.f395accd246ae52d now", "join *** now"},
    {"private_key", "x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y",
     "x *** y"},
    {"cut_private_key", "-----BEGIN PRIVATE KEY-----\nMIIE", "***"},
    // texts that must stay
    {"secret_name", "secret kollect-system/pg-creds not found",
     "secret kollect-system/pg-creds not found"},
    {"secret_quoted_name", R"(secrets "pg" is forbidden)", R"(secrets "pg" is forbidden)"},
    {"secret_key_missing", R"(secret "pg": key "password" missing)",
     R"(secret "pg": key "password" missing)"},
    {"names_of_fields", "secretName=a tokenFile=/x passwords=3 author=b",
     "secretName=a tokenFile=/x passwords=3 author=b"},
    {"token_prose", "token: expired; bearer token is invalid",
     "token: expired; bearer token is invalid"},
    {"pg_message", R"(password authentication failed for user "k")",
     R"(password authentication failed for user "k")"},
    {"plain_url", "Get https://10.0.0.1:6443/apis/apps/v1?limit=500",
     "Get https://10.0.0.1:6443/apis/apps/v1?limit=500"},
    {"at_in_path", "https://h:80/pkg@v1.2", "https://h:80/pkg@v1.2"},
    {"image_digest", "image nginx:1.25@sha256:abcdef pulled",
     "image nginx:1.25@sha256:abcdef pulled"},
    {"challenge", R"(Bearer realm="x")", R"(Bearer realm="x")"},
    {"certificate", "-----BEGIN CERTIFICATE-----\nMIIE", "-----BEGIN CERTIFICATE-----\nMIIE"},
    {"basic_prose", "basic constraints missing", "basic constraints missing"},
    {"time_and_user", "at 12:30:05 by bob@example.com", "at 12:30:05 by bob@example.com"},
    {"class_name", "com.example.compass=7 bypass=true", "com.example.compass=7 bypass=true"},
    {"non_ascii_stays", "größe ✓ 😀", "größe ✓ 😀"},
    {"bad_utf8", "a\xFF\xC3", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"empty", "", ""},
};

class Redact : public testing::TestWithParam<Case> {};
TEST_P(Redact, shows_no_secret_and_keeps_the_rest) {
  EXPECT_EQ(redact(GetParam().in), GetParam().out);
}
INSTANTIATE_TEST_SUITE_P(Texts, Redact, testing::ValuesIn(kCases),
                         [](const auto& c) { return std::string(c.param.name); });

TEST(RedactTwice, changes_nothing_more) {
  for (const Case& c : kCases) EXPECT_EQ(redact(redact(c.in)), redact(c.in)) << c.name;
}

TEST(RedactLength, stays_within_the_bound_on_a_character_boundary) {
  std::string text;
  while (text.size() < 5000) text += "ä";
  const std::string out = redact(text);
  EXPECT_EQ(out.size(), 1023U);
  EXPECT_TRUE(out.ends_with("ä..."));
}

TEST(RedactLength, keeps_a_text_that_just_fits) {
  const std::string text(kMaxRedactedBytes, 'x');
  EXPECT_EQ(redact(text), text);
}

TEST(RedactLength, hides_a_secret_that_crosses_the_bound) {
  const std::string text = std::string(1000, 'x') + " password=" + std::string(200, 'q');
  EXPECT_EQ(redact(text).find('q'), std::string::npos);
}

TEST(RedactTime, grows_with_the_text_and_no_faster) {
  for (const char* part :
       {"://", "a:b@sha256:", "token:\\\\", "bearer ", "password: [", "eyJ", "x=\"", "a://b:c/"}) {
    std::string text;
    while (text.size() < 200000) text += part;
    const auto start = Steady::now();
    EXPECT_LE(redact(text, text.size() * 2).size(), text.size() * 2) << part;
    EXPECT_LT(Steady::now() - start, std::chrono::seconds(2)) << part;
  }
}

TEST(NamesSecret, looks_at_how_the_name_ends) {
  for (const char* name : {"password", "API_TOKEN", "db.password", "client-secret", "Authorization",
                           "set-cookie", "dbPass"}) {
    EXPECT_TRUE(names_secret(name)) << name;
  }
  for (const char* name :
       {"passwords", "secretName", "token_file", "key", "compass", "", "sinks"}) {
    EXPECT_FALSE(names_secret(name)) << name;
  }
}

}  // namespace
}  // namespace kollect
