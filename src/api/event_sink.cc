#include "api/kind.h"
#include "api/sink_tables.h"

namespace kollect::api {
namespace {

constexpr Field kNatsFields[] = {
    {.name = "url",
     .member = at<&NatsSpec::url>,
     .help = "Server URL.",
     .absent = "`spec.endpoint`",
     .example = R"("tls://nats.example.com:4222")"},
    {.name = "subject",
     .member = at<&NatsSpec::subject>,
     .required = true,
     .help = "Subject to publish to.",
     .example = R"("kollect.inventory")"},
    {.name = "stream",
     .member = at<&NatsSpec::stream>,
     .help = "Stream; dots become underscores.",
     .absent = "kollect_events"},
    {.name = "secretRef",
     .type = FieldType::object,
     .member = at<&NatsSpec::secret_ref>,
     .fields = kSecretRefFields,
     .help = "Secret with the credentials.",
     .absent = "`spec.secretRef`",
     .secret_ref = true},
};

constexpr Field kKafkaFields[] = {
    {.name = "brokers",
     .member = at<&KafkaSpec::brokers>,
     .required = true,
     .list = ListType::atomic,
     .help = "Brokers to start from, as `host:port`.",
     .example = R"(["kafka-0.example.com:9093", "kafka-1.example.com:9093"])"},
    {.name = "topic",
     .member = at<&KafkaSpec::topic>,
     .required = true,
     .help = "Topic.",
     .example = R"("kollect.inventory")"},
    {.name = "secretRef",
     .type = FieldType::object,
     .member = at<&KafkaSpec::secret_ref>,
     .fields = kSecretRefFields,
     .help = "Secret with the credentials.",
     .absent = "`spec.secretRef`",
     .secret_ref = true},
};

constexpr Field kSpecFields[] = {
    {.name = "type",
     .member = at<&EventSinkSpec::type>,
     .required = true,
     .values = "nats kafka",
     .help = "Backend."},
    {.type = FieldType::object, .member = at<&EventSinkSpec::common>, .fields = kSinkCommonFields},
    {.name = "nats",
     .type = FieldType::object,
     .member = at<&EventSinkSpec::nats>,
     .fields = kNatsFields,
     .help = "Settings of type `nats`, which needs them.",
     .only_types = "nats"},
    {.name = "kafka",
     .type = FieldType::object,
     .member = at<&EventSinkSpec::kafka>,
     .fields = kKafkaFields,
     .help = "Settings of type `kafka`, which needs them.",
     .only_types = "kafka"},
};

constexpr Field kRootFields[] = {
    metadata_row<EventSink>(),
    spec_row<EventSink>(kSpecFields, "Where messages are published to."),
    status_row<EventSink>(kSinkStatusFields, "Whether the destination answers."),
};

constexpr Column kColumns[] = {
    {"Type", "string", ".spec.type"},
    {"Verified", "string", R"(.status.conditions[?(@.type=="ConnectionVerified")].status)"},
    {"Age", "date", ".metadata.creationTimestamp"},
};

constexpr Sample::Value kNatsValues[] = {{"cluster", R"("production")"}};

constexpr Sample kSamples[] = {
    {.suffix = "nats", .name = "inventory-nats", .type = "nats", .values = kNatsValues},
    {.suffix = "kafka", .name = "inventory-kafka", .type = "kafka"},
};

constexpr Kind kKind{
    .name = "KollectEventSink",
    .plural = "kollecteventsinks",
    .short_name = "kevt",
    .help = "A destination of messages: a stream or a topic.",
    .fields = kRootFields,
    .columns = kColumns,
    .samples = kSamples,
};

}  // namespace

template <>
const Kind& kind_of<EventSink>() {
  return kKind;
}

}  // namespace kollect::api
