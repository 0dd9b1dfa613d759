#include "api/kind.h"
#include "api/sink_tables.h"

namespace kollect::api {
namespace {

constexpr std::string_view kCommitPlaceholders =
    "Placeholders: `{namespace}`, `{name}`, `{cluster}`, `{generation}`, `{exportGeneration}`, "
    "`{itemCount}`, "
    "`{checksum}`, `{checksumShort}`, `{exportedAt}`, `{sink}`, `{path}`.";

constexpr Field kAuthFields[] = {
    {.name = "type",
     .member = at<&GitAuth::type>,
     .values = "token ssh",
     .help = "HTTPS token or password, or SSH key.",
     .absent = "`token`; without the block from the URL scheme"},
    {.name = "secretRef",
     .type = FieldType::object,
     .member = at<&GitAuth::secret_ref>,
     .fields = kSecretRefFields,
     .help = "Replaces `spec.secretRef`.",
     .secret_ref = true},
};

constexpr Field kAuthorFields[] = {
    {.name = "name", .member = at<&GitAuthor::name>, .help = "Author name.", .absent = "kollect"},
    {.name = "email",
     .member = at<&GitAuthor::email>,
     .help = "Author email.",
     .absent = "kollect@kollect.dev"},
};

constexpr Field kGitFields[] = {
    {.name = "branch",
     .member = at<&GitSpec::branch>,
     .help = "Branch to clone and push.",
     .absent = "`#branch=` of the endpoint, else main",
     .example = R"("main")"},
    {.name = "pushPolicy",
     .member = at<&GitSpec::push_policy>,
     .values = "Commit ForcePush",
     .help = "Appends commits, or overwrites the remote history.",
     .absent = "Commit"},
    {.name = "auth",
     .type = FieldType::object,
     .member = at<&GitSpec::auth>,
     .fields = kAuthFields,
     .help = "Credential mode."},
    {.name = "commitMessage",
     .member = at<&GitSpec::commit_message>,
     .help = kCommitPlaceholders,
     .absent = "`chore({cluster}/{namespace}/{name}): export {itemCount} items @ {checksumShort}`"},
    {.name = "commitBody",
     .member = at<&GitSpec::commit_body>,
     .help = "Body, with the placeholders of `commitMessage`.",
     .absent = "no body"},
    {.name = "commitTrailers",
     .member = at<&GitSpec::commit_trailers>,
     .list = ListType::plain,
     .help = "Last paragraphs, with the placeholders of `commitMessage`; blank ones are dropped."},
    {.name = "author",
     .type = FieldType::object,
     .member = at<&GitSpec::author>,
     .fields = kAuthorFields,
     .help = "Author and committer."},
    {.name = "cloneDepth",
     .type = FieldType::int32,
     .member = at<&GitSpec::clone_depth>,
     .min = 1,
     .help = "Depth of the history fetched.",
     .absent = "1"},
    {.name = "prune",
     .type = FieldType::boolean,
     .member = at<&GitSpec::prune>,
     .help = "Removes stale files of the managed tree.",
     .absent = "false; true with a tree layout"},
    {.name = "engine",
     .member = at<&GitSpec::engine>,
     .values = "go-git cli",
     .help = "Built-in client, or the git program of the image.",
     .absent = "go-git"},
    {.name = "forceBasicAuth",
     .type = FieldType::boolean,
     .member = at<&GitSpec::force_basic_auth>,
     .help = "Sends the Authorization header unasked.",
     .absent = "the environment variable `KOLLECT_GIT_FORCE_BASIC_AUTH`"},
};

constexpr Field kMergeRequestFields[] = {
    {.name = "mode",
     .member = at<&MergeRequest::mode>,
     .values = "direct merge_request",
     .help = "Pushes to the branch, or opens a merge request.",
     .absent = "direct"},
    {.name = "targetBranch",
     .member = at<&MergeRequest::target_branch>,
     .help = "Target of the merge request, which needs it."},
    {.name = "branchPrefix",
     .member = at<&MergeRequest::branch_prefix>,
     .help = "The branch is `<prefix>/<namespace>/<name>`.",
     .absent = "kollect"},
    {.name = "titleTemplate",
     .member = at<&MergeRequest::title_template>,
     .help = "Title, with `{namespace}` and `{name}`.",
     .absent = "`kollect inventory export: {namespace}/{name}`"},
    {.name = "autoMerge",
     .type = FieldType::boolean,
     .member = at<&MergeRequest::auto_merge>,
     .help = "Merges when the pipeline succeeds.",
     .absent = "false",
     .inert = "has no effect yet"},
};

constexpr Field kGitlabFields[] = {
    {.name = "mergeRequest",
     .type = FieldType::object,
     .member = at<&GitlabSpec::merge_request>,
     .fields = kMergeRequestFields,
     .help = "Merge request workflow."},
};

constexpr Field kObjectStoreFields[] = {
    {.name = "format",
     .member = at<&ObjectStoreSpec::format>,
     .values = "json parquet",
     .help = "Older switch of the format; `serialization.format` wins.",
     .absent = "json"},
    {.name = "hotAttributes",
     .member = at<&ObjectStoreSpec::hot_attributes>,
     .list = ListType::atomic,
     .help = "Attributes that become Parquet columns of their own.",
     .example = R"(["replicas"])"},
};

constexpr Field kHttpFields[] = {
    {.name = "method",
     .member = at<&HttpSpec::method>,
     .help = "Reserved.",
     .absent = "POST",
     .inert = "is reserved"},
};

constexpr Field kSpecFields[] = {
    {.name = "type",
     .member = at<&SnapshotSinkSpec::type>,
     .required = true,
     .values = "git gitlab s3 gcs",
     .help = "Backend."},
    {.type = FieldType::object,
     .member = at<&SnapshotSinkSpec::common>,
     .fields = kSinkCommonFields},
    {.name = "git",
     .type = FieldType::object,
     .member = at<&SnapshotSinkSpec::git>,
     .fields = kGitFields,
     .help = "Settings of type `git`.",
     .absent = "all defaults",
     .only_types = "git"},
    {.name = "gitlab",
     .type = FieldType::object,
     .member = at<&SnapshotSinkSpec::gitlab>,
     .fields = kGitlabFields,
     .help = "Settings of type `gitlab`.",
     .only_types = "gitlab"},
    {.name = "objectStore",
     .type = FieldType::object,
     .member = at<&SnapshotSinkSpec::object_store>,
     .fields = kObjectStoreFields,
     .help = "Settings of types `s3` and `gcs`.",
     .only_types = "s3 gcs"},
    {.name = "http",
     .type = FieldType::object,
     .member = at<&SnapshotSinkSpec::http>,
     .fields = kHttpFields,
     .help = "Reserved; admission refuses it.",
     .only_types = "http"},
};

constexpr Field kRootFields[] = {
    metadata_row<SnapshotSink>(),
    spec_row<SnapshotSink>(kSpecFields, "Where documents are written to."),
    status_row<SnapshotSink>(kSinkStatusFields, "Whether the destination answers."),
};

constexpr Column kColumns[] = {
    {"Type", "string", ".spec.type"},
    {"Verified", "string", R"(.status.conditions[?(@.type=="ConnectionVerified")].status)"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample::Value kGitValues[] = {
    {"endpoint", R"("https://git.example.com/platform/inventory.git")"},
    {"pathTemplate", R"("clusters/{cluster}/{namespace}/{name}{extension}")"},
    {"cluster", R"("production")"},
};
constexpr Sample::Value kGitlabValues[] = {
    {"endpoint", R"("https://gitlab.example.com/platform/inventory.git")"},
    {"gitlab.mergeRequest.mode", R"("merge_request")"},
    {"gitlab.mergeRequest.targetBranch", R"("main")"},
};
constexpr Sample::Value kS3Values[] = {
    {"endpoint", R"("s3://inventory/kollect")"},
    {"serialization.format", R"("parquet")"},
};
constexpr Sample::Value kGcsValues[] = {
    {"endpoint", R"("inventory/kollect")"},
    {"objectStore", "null"},
};

constexpr Sample kSamples[] = {
    {.suffix = "git", .name = "inventory-git", .type = "git", .values = kGitValues},
    {.suffix = "gitlab", .name = "inventory-gitlab", .type = "gitlab", .values = kGitlabValues},
    {.suffix = "s3", .name = "inventory-s3", .type = "s3", .values = kS3Values},
    {.suffix = "gcs", .name = "inventory-gcs", .type = "gcs", .values = kGcsValues},
};

constexpr Kind kKind{
    .name = "KollectSnapshotSink",
    .plural = "kollectsnapshotsinks",
    .short_name = "ksnap",
    .help = "A destination of whole documents: a git repository or an object store.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
};

}  // namespace

template <>
const Kind& kind_of<SnapshotSink>() {
  return kKind;
}

}  // namespace kollect::api
