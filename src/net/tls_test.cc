// TLS on both sides: who is trusted, who asks, and certificates that change while the server runs.
#include "net/tls.h"

#include <gmock/gmock.h>

#include "net/client.h"
#include "net/testing/certificates.h"
#include "net/testing/raw_server.h"
#include "net/testing/running_server.h"

namespace kollect::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Reply who(const Request&, const Peer& peer) {
  std::string body = peer.common_name;
  for (const std::string& organization : peer.organizations) body += "/" + organization;
  return {.response = {.body = body}};
}

class TlsTest : public testing::Test {
 protected:
  ServerOptions options() const {
    ServerOptions made;
    made.tls = folder.server_files(authority.server("first.test"));
    return made;
  }

  TlsClient trusting() const {
    TlsClient tls;
    tls.ca_pem = authority.pem();
    return tls;
  }

  static Result<Response> fetch(const std::string& url, const TlsClient& tls) {
    ClientOptions made;
    made.connection.tls = tls;
    return Client(made).call({.url = url}, Steady::now() + 5s, {});
  }

  // The first name of the certificate that the server shows to a new connection, found by asking
  // for each.
  static bool serves(const RunningServer& server, const std::string& name, TlsClient tls) {
    tls.server_name = name;
    return fetch(server.url(), tls).has_value();
  }

  TestAuthority authority{"authority"};
  TemporaryFolder folder;
};

TEST_F(TlsTest, an_authority_of_our_own_is_trusted_as_text_and_as_file) {
  RunningServer server(options(), who);
  const auto by_text = fetch(server.url(), trusting());
  EXPECT_TRUE(by_text) << by_text.error().text();
  TlsClient tls;
  tls.ca_file = folder.write("ca.crt", authority.pem());
  const auto by_file = fetch(server.url(), tls);
  EXPECT_TRUE(by_file) << by_file.error().text();
}

TEST_F(TlsTest, an_unknown_authority_is_denied_with_a_clear_text) {
  RunningServer server(options(), who);
  TlsClient tls;
  tls.ca_pem = TestAuthority("other").pem();
  for (const TlsClient& client : {tls, TlsClient{}}) {
    const auto response = fetch(server.url(), client);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().fault, Fault::denied);
    EXPECT_THAT(response.error().text(),
                HasSubstr("certificate is not trusted; check the CA certificate"));
  }
}

TEST_F(TlsTest, a_certificate_for_another_name_is_denied) {
  RunningServer server(options(), who);
  TlsClient tls = trusting();
  tls.server_name = "second.test";
  const auto response = fetch(server.url(), tls);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::denied);
}

TEST_F(TlsTest, a_server_name_replaces_the_host_in_the_check_only) {
  RunningServer server(options(), [](const Request& request, const Peer&) {
    return Reply{.response = {.body = std::string(request.headers.find("Host").value_or(""))}};
  });
  TlsClient tls = trusting();
  tls.server_name = "first.test";
  const auto response = fetch(server.url(), tls);
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_THAT(response->body, testing::StartsWith("127.0.0.1:"));
}

TEST_F(TlsTest, verification_is_skipped_only_when_asked_for) {
  RunningServer server(options(), who);
  TlsClient tls;
  tls.insecure_skip_verify = true;
  EXPECT_TRUE(fetch(server.url(), tls));
}

TEST_F(TlsTest, a_server_without_tls_is_unavailable) {
  RunningServer server({}, who);
  const auto response =
      fetch("https://127.0.0.1:" + std::to_string(server.server().port()) + "/", trusting());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::unavailable);
  EXPECT_THAT(response.error().text(), HasSubstr("TLS handshake failed"));
}

// --- client certificates

class ClientCertificateTest : public TlsTest {
 protected:
  ServerOptions asking(TlsServer::ClientCertificate mode) const {
    ServerOptions made = options();
    made.tls->client_ca_file = folder.write("clients.crt", clients.pem());
    made.tls->client_certificate = mode;
    return made;
  }

  TlsClient presenting(const PemPair& pair) const {
    TlsClient tls = trusting();
    tls.certificate_pem = pair.certificate;
    tls.key_pem = pair.key;
    return tls;
  }

  TestAuthority clients{"clients"};
};

TEST_F(ClientCertificateTest, names_its_owner_to_the_handler) {
  RunningServer server(asking(TlsServer::ClientCertificate::required), who);
  const auto response = fetch(server.url(), presenting(clients.client("jane", "devs")));
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, "jane/devs");
}

TEST_F(ClientCertificateTest, may_come_from_files) {
  RunningServer server(asking(TlsServer::ClientCertificate::required), who);
  const PemPair pair = clients.client("jane", "devs");
  TlsClient tls = trusting();
  tls.certificate_file = folder.write("client.crt", pair.certificate);
  tls.key_file = folder.write("client.key", pair.key);
  const auto response = fetch(server.url(), tls);
  ASSERT_TRUE(response) << response.error().text();
}

TEST_F(ClientCertificateTest, that_is_missing_or_of_a_stranger_is_denied) {
  RunningServer server(asking(TlsServer::ClientCertificate::required), who);
  const TlsClient stranger = presenting(TestAuthority("strangers").client("eve", "x"));
  for (const TlsClient& tls : {trusting(), stranger}) {
    const auto response = fetch(server.url(), tls);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().fault, Fault::denied) << response.error().text();
    EXPECT_THAT(response.error().text(), HasSubstr("does not accept our client certificate"));
  }
}

TEST_F(ClientCertificateTest, is_not_needed_where_it_is_optional) {
  RunningServer server(asking(TlsServer::ClientCertificate::optional), who);
  const auto without = fetch(server.url(), trusting());
  ASSERT_TRUE(without) << without.error().text();
  EXPECT_EQ(without->body, "");
  EXPECT_EQ(fetch(server.url(), presenting(clients.client("jane", "devs")))->body, "jane/devs");
}

TEST_F(ClientCertificateTest, that_cannot_be_read_is_invalid_and_shows_nothing) {
  RunningServer server(asking(TlsServer::ClientCertificate::required), who);
  const auto response = fetch(server.url(), presenting({.certificate = "s3cret", .key = "s3cret"}));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::invalid) << response.error().text();
  EXPECT_THAT(response.error().text(), testing::Not(HasSubstr("s3cret")));
}

TEST_F(TlsTest, an_authority_that_cannot_be_read_is_invalid) {
  RunningServer server(options(), who);
  TlsClient tls;
  tls.ca_file = folder.path("absent.crt");
  const auto by_file = fetch(server.url(), tls);
  EXPECT_EQ(by_file.error().fault, Fault::invalid) << by_file.error().text();
  tls = {};
  tls.ca_pem = "not PEM";
  const auto by_text = fetch(server.url(), tls);
  EXPECT_EQ(by_text.error().fault, Fault::invalid) << by_text.error().text();
}

// --- rotation

class RotationTest : public TlsTest {
 protected:
  ServerOptions watching() {
    ServerOptions made = options();
    made.reload_interval = 20ms;
    made.on_reload = [this](const Status& status) {
      outcomes.update([&](std::vector<bool>& all) { all.push_back(status.has_value()); });
    };
    return made;
  }

  bool wait_for(std::vector<bool> expected) {
    return outcomes.wait_for({}, 5s, [&](const std::vector<bool>& all) { return all == expected; });
  }

  Guarded<std::vector<bool>> outcomes;
};

TEST_F(RotationTest, a_new_pair_of_files_is_served_to_the_next_connection) {
  RunningServer server(watching(), who);
  ASSERT_TRUE(serves(server, "first.test", trusting()));
  folder.write("tls.key.d", "");
  const PemPair second = authority.server("second.test");
  folder.write("tls.crt", second.certificate);
  folder.write("tls.key", second.key);
  ASSERT_TRUE(
      outcomes.wait_for({}, 5s, [](const auto& all) { return !all.empty() && all.back(); }));
  EXPECT_TRUE(serves(server, "second.test", trusting()));
  EXPECT_FALSE(serves(server, "first.test", trusting()));
}

TEST_F(RotationTest, a_broken_certificate_is_refused_once_and_the_old_one_stays) {
  RunningServer server(watching(), who);
  folder.write("tls.crt", "broken");
  ASSERT_TRUE(wait_for({false}));
  EXPECT_TRUE(serves(server, "first.test", trusting()));
  const PemPair second = authority.server("second.test");
  folder.write("tls.crt", second.certificate);
  ASSERT_TRUE(wait_for({false, false})) << "the key is still the old one";
  EXPECT_TRUE(serves(server, "first.test", trusting()));
  folder.write("tls.key", second.key);
  ASSERT_TRUE(wait_for({false, false, true}));
  EXPECT_TRUE(serves(server, "second.test", trusting()));
}

TEST_F(RotationTest, an_open_connection_survives_a_rotation) {
  RunningServer server(options(), who);
  ClientOptions made;
  made.connection.tls = trusting();
  Client client(made);
  ASSERT_TRUE(client.call({.url = server.url()}, Steady::now() + 5s, {}));
  static_cast<void>(folder.server_files(TestAuthority("other").server("second.test")));
  ASSERT_TRUE(server.server().reload());
  EXPECT_TRUE(client.call({.url = server.url()}, Steady::now() + 5s, {}));
  EXPECT_FALSE(fetch(server.url(), trusting()));
}

TEST_F(RotationTest, reload_answers_why_a_certificate_is_refused) {
  RunningServer server(options(), who);
  folder.write("tls.key", authority.server("second.test").key);
  const Status refused = server.server().reload();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::invalid);
  EXPECT_THAT(refused.error().text(), HasSubstr("tls.key cannot be used: key values mismatch"));
}

TEST_F(TlsTest, a_server_does_not_open_without_a_usable_certificate) {
  ServerOptions made = options();
  made.tls->certificate_file = folder.path("absent.crt");
  const auto server = Server::open(made, who);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().text(),
              HasSubstr("absent.crt cannot be used: No such file or directory"));
  EXPECT_EQ(server.error().fault, Fault::invalid);
  EXPECT_THAT(server.error().text(), HasSubstr("absent.crt"));
}

TEST_F(TlsTest, a_server_without_files_signs_its_own_certificate) {
  ServerOptions made;
  made.tls = TlsServer{.self_signed_name = "self.test"};
  RunningServer server(made, who);
  TlsClient anyone;
  anyone.insecure_skip_verify = true;
  const auto answer = fetch(server.url(), anyone);
  EXPECT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(fetch(server.url(), trusting()).error().fault, Fault::denied);
}

}  // namespace
}  // namespace kollect::net
