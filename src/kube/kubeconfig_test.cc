#include "kube/kubeconfig.h"

#include <map>

#include <gtest/gtest.h>

#include "net/testing/certificates.h"

namespace kollect::kube {
namespace {

const std::string kFolder = std::string(KOLLECT_SOURCE_DIR) + "/src/kube/testdata";

Result<ClusterAccess> access(const std::string& context) {
  const auto config = Kubeconfig::load({kFolder + "/config.yaml"}, Kubeconfig::Missing::refuse);
  EXPECT_TRUE(config) << config.error().text();
  return config->access(context);
}

Environment environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found != values.end() ? std::optional(found->second) : std::nullopt;
  };
}

TEST(Kubeconfig, current_context_is_the_default) {
  const auto found = access("");
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->context, "token");
  EXPECT_EQ(found->token, "t0k3n");
  EXPECT_EQ(found->ns, "team-a");
  EXPECT_EQ(found->tls.server_name, "kubernetes");
}

TEST(Kubeconfig, server_keeps_its_path_and_loses_its_last_slash) {
  EXPECT_EQ(access("token")->server, "https://10.0.0.1:6443/k8s/c-1");
}

TEST(Kubeconfig, files_are_seen_from_the_folder_of_the_kubeconfig) {
  const auto found = access("files");
  EXPECT_EQ(found->tls.ca_file, kFolder + "/pki/ca.crt");
  EXPECT_EQ(found->tls.certificate_file, "/etc/c.crt");
  EXPECT_EQ(found->tls.key_file, std::string(KOLLECT_SOURCE_DIR) + "/src/kube/c.key");
}

TEST(Kubeconfig, inline_content_wins_over_files) {
  const auto found = access("inline");
  EXPECT_EQ(found->tls.ca_pem, "CA text");
  EXPECT_EQ(found->tls.certificate_pem, "CERT");
  EXPECT_EQ(found->tls.key_pem, "KEY");
  EXPECT_EQ(found->tls.key_file, "");
  EXPECT_EQ(found->proxy_url, "http://proxy:3128");
}

TEST(Kubeconfig, a_token_file_wins_over_a_token) {
  EXPECT_EQ(access("token-file")->token_file, kFolder + "/token");
  EXPECT_EQ(access("token-file")->token, "");
}

TEST(Kubeconfig, basic_and_insecure_are_read) {
  const auto found = access("basic");
  EXPECT_EQ(found->username, "u");
  EXPECT_EQ(found->password, "p");
  EXPECT_TRUE(found->tls.insecure_skip_verify);
  EXPECT_EQ(found->ns, "default");
}

TEST(Kubeconfig, impersonation_is_read_whole) {
  const Impersonation as = access("impersonator")->impersonation;
  EXPECT_EQ(as.user, "jane");
  EXPECT_EQ(as.uid, "7");
  EXPECT_EQ(as.groups, (std::vector<std::string>{"dev", "ops"}));
  ASSERT_EQ(as.extra.size(), 1U);
  EXPECT_EQ(as.extra[0].first, "scopes");
  EXPECT_EQ(as.extra[0].second, (std::vector<std::string>{"a", "b"}));
}

TEST(Kubeconfig, exec_plugins_are_read_whole) {
  const auto exec = access("exec")->exec;
  ASSERT_TRUE(exec);
  EXPECT_EQ(exec->command, kFolder + "/plugin.sh");
  EXPECT_EQ(exec->args, (std::vector<std::string>{"get", "token"}));
  EXPECT_EQ(exec->environment[0], (std::pair<std::string, std::string>("A", "b")));
  EXPECT_EQ(exec->install_hint, "Ask your admin.");
  EXPECT_TRUE(exec->provide_cluster);
  EXPECT_EQ(exec->cluster_config, R"({"audience":"kollect"})");
}

TEST(Kubeconfig, a_command_without_slash_is_looked_for_in_path) {
  EXPECT_EQ(access("exec-in-path")->exec->command, "aws");
}

TEST(Kubeconfig, a_server_without_scheme_and_authority_is_http) {
  EXPECT_EQ(access("anonymous")->server, "http://h:8080");
}

struct Wrong {
  const char* context;
  Fault fault;
  const char* says;
};

TEST(Kubeconfig, what_cannot_work_is_refused_with_its_reason) {
  const Wrong cases[] = {{"provider", Fault::invalid, "auth-provider 'gcp'"},
                         {"two-ways", Fault::invalid, "more than one of"},
                         {"no-key", Fault::invalid, "without its key"},
                         {"groups-alone", Fault::invalid, "no 'as'"},
                         {"number", Fault::invalid, "put it in quotes"},
                         {"both", Fault::invalid, "remove one"},
                         {"no-server", Fault::invalid, "no server"},
                         {"bad-url", Fault::invalid, "no http or https URL"},
                         {"bad-ca", Fault::invalid, "no base64"},
                         {"bad-flag", Fault::invalid, "true or false"},
                         {"exec-no-mode", Fault::invalid, "interactiveMode is missing"},
                         {"exec-old", Fault::invalid, "v1alpha1"},
                         {"exec-always", Fault::invalid, "no terminal"},
                         {"exec-no-command", Fault::invalid, "no command"},
                         {"no-cluster", Fault::missing, "no cluster 'gone'"},
                         {"no-user", Fault::missing, "no user 'gone'"},
                         {"nowhere", Fault::missing, "no context 'nowhere'"}};
  for (const Wrong& c : cases) {
    const auto found = access(c.context);
    ASSERT_FALSE(found) << c.context;
    EXPECT_EQ(found.error().fault, c.fault) << c.context;
    EXPECT_NE(found.error().text().find(c.says), std::string::npos) << found.error().text();
  }
}

TEST(KubeconfigMerge, the_first_file_to_name_an_entry_wins_whole) {
  const auto config =
      Kubeconfig::load({kFolder + "/config.yaml", kFolder + "/absent", kFolder + "/second.yaml"},
                       Kubeconfig::Missing::leave_out);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->current_context(), "token");
  const auto found = config->access("extra");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->server, "https://10.0.0.1:6443/k8s/c-1");
  EXPECT_EQ(found->token, "t0k3n");
  EXPECT_EQ(found->impersonation.user, "");
}

TEST(KubeconfigMerge, files_that_must_exist_are_named_when_they_do_not) {
  const auto config = Kubeconfig::load({kFolder + "/absent"}, Kubeconfig::Missing::refuse);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().fault, Fault::missing);
  EXPECT_NE(config.error().message.find("/absent"), std::string::npos);
}

TEST(KubeconfigMerge, what_is_no_yaml_is_named_with_its_line) {
  const net::TemporaryFolder folder;
  const auto config =
      Kubeconfig::load({folder.write("c", "a: 1\n b: [")}, Kubeconfig::Missing::refuse);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().fault, Fault::invalid);
  EXPECT_NE(config.error().text().find("line 2"), std::string::npos) << config.error().text();
}

TEST(FindAccess, the_flag_wins_over_the_environment) {
  const auto found =
      find_access({.kubeconfig = kFolder + "/config.yaml", .context = "basic", .ns = "x"},
                  environment({{"KUBECONFIG", "/absent"}}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->context, "basic");
  EXPECT_EQ(found->ns, "x");
}

TEST(FindAccess, the_environment_names_several_files) {
  const auto found =
      find_access({}, environment({{"KUBECONFIG", ":/absent:" + kFolder + "/config.yaml:"}}));
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->context, "token");
}

TEST(FindAccess, home_is_looked_into_last) {
  const net::TemporaryFolder home;
  const auto found = find_access({}, environment({{"HOME", home.path("")}}));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::missing);
}

TEST(InCluster, the_service_account_is_used) {
  const net::TemporaryFolder folder;
  folder.write("token", "t\n");
  folder.write("ca.crt", "CA");
  folder.write("namespace", "kollect-system\n");
  const auto found = in_cluster_access(
      environment({{"KUBERNETES_SERVICE_HOST", "fd00::1"}, {"KUBERNETES_SERVICE_PORT", "443"}}),
      folder.path("."));
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->server, "https://[fd00::1]:443");
  EXPECT_EQ(found->ns, "kollect-system");
  EXPECT_EQ(found->token_file, folder.path(".") + "/token");
  EXPECT_EQ(found->tls.ca_file, folder.path(".") + "/ca.crt");
}

TEST(InCluster, elsewhere_it_is_missing) {
  EXPECT_EQ(in_cluster_access(environment({})).error().fault, Fault::missing);
}

}  // namespace
}  // namespace kollect::kube
