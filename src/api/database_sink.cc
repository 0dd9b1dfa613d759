#include "api/kind.h"
#include "api/sink_tables.h"

namespace kollect::api {
namespace {

constexpr Field kPostgresFields[] = {
    {.name = "databaseRef",
     .type = FieldType::object,
     .member = at<&PostgresSpec::database_ref>,
     .fields = kSecretRefFields,
     .required = true,
     .help = "Secret with the DSN under `dsn`, `url`, `connectionString` or `DATABASE_URL`.",
     .secret_ref = true},
    {.name = "table",
     .member = at<&PostgresSpec::table>,
     .required = true,
     .help = "Table.",
     .example = R"("inventory_items")"},
    {.name = "schema",
     .member = at<&PostgresSpec::schema>,
     .help = "Schema; it must exist.",
     .absent = "public"},
};

constexpr Field kBigQueryFields[] = {
    {.name = "project",
     .member = at<&BigQuerySpec::project>,
     .required = true,
     .help = "Project.",
     .example = R"("platform-inventory")"},
    {.name = "dataset",
     .member = at<&BigQuerySpec::dataset>,
     .required = true,
     .help = "Dataset; it must exist.",
     .example = R"("kollect")"},
    {.name = "table",
     .member = at<&BigQuerySpec::table>,
     .required = true,
     .help = "Table.",
     .example = R"("inventory_items")"},
    {.name = "location",
     .member = at<&BigQuerySpec::location>,
     .help = "Location of jobs.",
     .absent = "that of the dataset"},
    {.name = "secretRef",
     .type = FieldType::object,
     .member = at<&BigQuerySpec::secret_ref>,
     .fields = kSecretRefFields,
     .help = "Secret with a service account key under `credentials.json`.",
     .absent = "ambient credentials",
     .secret_ref = true},
};

constexpr Field kMongoFields[] = {
    {.name = "databaseRef",
     .type = FieldType::object,
     .member = at<&MongoSpec::database_ref>,
     .fields = kSecretRefFields,
     .required = true,
     .help = "Secret with the URI under `uri`, `url`, `connectionString` or `MONGODB_URI`.",
     .secret_ref = true},
    {.name = "database",
     .member = at<&MongoSpec::database>,
     .required = true,
     .help = "Database.",
     .example = R"("kollect")"},
    {.name = "collection",
     .member = at<&MongoSpec::collection>,
     .required = true,
     .help = "Collection.",
     .example = R"("inventory_items")"},
};

constexpr Field kSpecFields[] = {
    {.name = "type",
     .member = at<&DatabaseSinkSpec::type>,
     .required = true,
     .values = "postgres bigquery mongodb",
     .help = "Backend."},
    {.type = FieldType::object,
     .member = at<&DatabaseSinkSpec::common>,
     .fields = kSinkCommonFields},
    {.name = "postgres",
     .type = FieldType::object,
     .member = at<&DatabaseSinkSpec::postgres>,
     .fields = kPostgresFields,
     .help = "Settings of type `postgres`, which needs them.",
     .only_types = "postgres"},
    {.name = "bigquery",
     .type = FieldType::object,
     .member = at<&DatabaseSinkSpec::bigquery>,
     .fields = kBigQueryFields,
     .help = "Settings of type `bigquery`, which needs them.",
     .only_types = "bigquery"},
    {.name = "mongodb",
     .type = FieldType::object,
     .member = at<&DatabaseSinkSpec::mongodb>,
     .fields = kMongoFields,
     .help = "Settings of type `mongodb`, which needs them.",
     .only_types = "mongodb"},
};

constexpr Field kRootFields[] = {
    metadata_row<DatabaseSink>(),
    spec_row<DatabaseSink>(kSpecFields, "Where rows are written to."),
    status_row<DatabaseSink>(kSinkStatusFields, "Whether the destination answers."),
};

constexpr Column kColumns[] = {
    {"Type", "string", ".spec.type"},
    {"Verified", "string", R"(.status.conditions[?(@.type=="ConnectionVerified")].status)"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample kSamples[] = {
    {.suffix = "postgres", .name = "inventory-postgres", .type = "postgres"},
    {.suffix = "bigquery", .name = "inventory-bigquery", .type = "bigquery"},
    {.suffix = "mongodb", .name = "inventory-mongodb", .type = "mongodb"},
};

constexpr Kind kKind{
    .name = "KollectDatabaseSink",
    .plural = "kollectdatabasesinks",
    .short_name = "kdb",
    .help = "A destination of rows: a table or a collection.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
};

}  // namespace

template <>
const Kind& kind_of<DatabaseSink>() {
  return kKind;
}

}  // namespace kollect::api
