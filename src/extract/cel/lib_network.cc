#include "extract/cel/lib_extensions.h"
#include "extract/cel/lib_ip.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

struct AddressValue : Opaque {
  IpAddress address;
};

struct NetworkValue : Opaque {
  IpNetwork network;
};

const AddressValue& address_in(const Opaque& value) {
  return static_cast<const AddressValue&>(value);
}
const NetworkValue& network_in(const Opaque& value) {
  return static_cast<const NetworkValue&>(value);
}
const IpAddress& address_in(const CelValue& value) {
  return address_in(value.opaque_content()).address;
}
const IpNetwork& network_in(const CelValue& value) {
  return network_in(value.opaque_content()).network;
}

template <typename T>
std::string_view text_in(json::Arena& arena, const T& value) {
  char* const out = static_cast<char*>(arena.allocate(T::kMaxTextBytes));
  return {out, value.format(out)};
}

constexpr OpaqueType kAddressType{
    .name = "net.IP",
    .equal = [](const Opaque& a,
                const Opaque& b) { return address_in(a).address == address_in(b).address; },
    .text = [](const Opaque& value,
               json::Arena& arena) { return text_in(arena, address_in(value).address); },
};

constexpr OpaqueType kNetworkType{
    .name = "net.CIDR",
    .equal = [](const Opaque& a,
                const Opaque& b) { return network_in(a).network == network_in(b).network; },
    .text = [](const Opaque& value,
               json::Arena& arena) { return text_in(arena, network_in(value).network); },
};

// As Kubernetes has them: no IPv4 address in the clothes of IPv6.
std::optional<IpAddress> address_of(std::string_view text) {
  const std::optional<IpAddress> address = IpAddress::parse(text);
  return address && !address->is_mapped() ? address : std::nullopt;
}

std::optional<IpNetwork> network_of(std::string_view text) {
  const std::optional<IpNetwork> network = IpNetwork::parse(text);
  return network && !network->address().is_mapped() ? network : std::nullopt;
}

CelValue no_address() { return CelValue::error(CelFault::conversion, "text is no IP address"); }
CelValue no_network() {
  return CelValue::error(CelFault::conversion, "text is no network in CIDR notation");
}

CelValue value_of(EvalContext& context, const IpAddress& address) {
  const auto* value = context.make<AddressValue>(AddressValue{{&kAddressType}, address});
  return value == nullptr ? context.exhausted() : CelValue::opaque(*value);
}

CelValue value_of(EvalContext& context, const IpNetwork& network) {
  const auto* value = context.make<NetworkValue>(NetworkValue{{&kNetworkType}, network});
  return value == nullptr ? context.exhausted() : CelValue::opaque(*value);
}

CelValue ip(EvalContext& context, Arguments arguments) {
  const std::optional<IpAddress> address = address_of(arguments[0].as_text());
  return address ? value_of(context, *address) : no_address();
}

CelValue is_ip(EvalContext&, Arguments arguments) {
  return CelValue::boolean(address_of(arguments[0].as_text()).has_value());
}

CelValue is_canonical(EvalContext&, Arguments arguments) {
  const std::optional<IpAddress> address = address_of(arguments[0].as_text());
  if (!address) return no_address();
  char text[IpAddress::kMaxTextBytes];
  return CelValue::boolean(std::string_view(text, address->format(text)) == arguments[0].as_text());
}

CelValue family(EvalContext&, Arguments arguments) {
  return CelValue::integer(address_in(arguments[0]).is_v4() ? 4 : 6);
}

template <bool (IpAddress::*test)() const>
CelValue is(EvalContext&, Arguments arguments) {
  return CelValue::boolean((address_in(arguments[0]).*test)());
}

CelValue opaque_text(EvalContext& context, Arguments arguments) {
  const Opaque& value = arguments[0].opaque_content();
  return CelValue::string(value.type->text(value, context.arena()));
}

CelValue cidr(EvalContext& context, Arguments arguments) {
  const std::optional<IpNetwork> network = network_of(arguments[0].as_text());
  return network ? value_of(context, *network) : no_network();
}

CelValue is_cidr(EvalContext&, Arguments arguments) {
  return CelValue::boolean(network_of(arguments[0].as_text()).has_value());
}

CelValue contains_address(EvalContext&, Arguments arguments) {
  return CelValue::boolean(network_in(arguments[0]).contains(address_in(arguments[1])));
}

CelValue contains_address_text(EvalContext&, Arguments arguments) {
  const std::optional<IpAddress> address = address_of(arguments[1].as_text());
  return address ? CelValue::boolean(network_in(arguments[0]).contains(*address)) : no_address();
}

CelValue contains_network(EvalContext&, Arguments arguments) {
  return CelValue::boolean(network_in(arguments[0]).contains(network_in(arguments[1])));
}

CelValue contains_network_text(EvalContext&, Arguments arguments) {
  const std::optional<IpNetwork> network = network_of(arguments[1].as_text());
  return network ? CelValue::boolean(network_in(arguments[0]).contains(*network)) : no_network();
}

CelValue network_address(EvalContext& context, Arguments arguments) {
  return value_of(context, network_in(arguments[0]).address());
}

CelValue masked(EvalContext& context, Arguments arguments) {
  return value_of(context, network_in(arguments[0]).masked());
}

CelValue prefix_length(EvalContext&, Arguments arguments) {
  return CelValue::integer(network_in(arguments[0]).prefix());
}

constexpr FunctionRow kRows[] = {
    {"ip", CallForm::global, "string", "net.IP", &ip},
    {"isIP", CallForm::global, "string", "bool", &is_ip},
    {"ip.isCanonical", CallForm::global, "string", "bool", &is_canonical},
    {"string", CallForm::global, "net.IP", "string", &opaque_text},
    {"family", CallForm::receiver, "net.IP", "int", &family},
    {"isUnspecified", CallForm::receiver, "net.IP", "bool", &is<&IpAddress::is_unspecified>},
    {"isLoopback", CallForm::receiver, "net.IP", "bool", &is<&IpAddress::is_loopback>},
    {"isLinkLocalMulticast", CallForm::receiver, "net.IP", "bool",
     &is<&IpAddress::is_link_local_multicast>},
    {"isLinkLocalUnicast", CallForm::receiver, "net.IP", "bool",
     &is<&IpAddress::is_link_local_unicast>},
    {"isGlobalUnicast", CallForm::receiver, "net.IP", "bool", &is<&IpAddress::is_global_unicast>},
    {"cidr", CallForm::global, "string", "net.CIDR", &cidr},
    {"isCIDR", CallForm::global, "string", "bool", &is_cidr},
    {"string", CallForm::global, "net.CIDR", "string", &opaque_text},
    {"containsIP", CallForm::receiver, "net.CIDR, net.IP", "bool", &contains_address},
    {"containsIP", CallForm::receiver, "net.CIDR, string", "bool", &contains_address_text},
    {"containsCIDR", CallForm::receiver, "net.CIDR, net.CIDR", "bool", &contains_network},
    {"containsCIDR", CallForm::receiver, "net.CIDR, string", "bool", &contains_network_text},
    {"ip", CallForm::receiver, "net.CIDR", "net.IP", &network_address},
    {"masked", CallForm::receiver, "net.CIDR", "net.CIDR", &masked},
    {"prefixLength", CallForm::receiver, "net.CIDR", "int", &prefix_length},
};

constexpr const OpaqueType* kTypes[] = {&kAddressType, &kNetworkType};

}  // namespace

const Library& network_library() {
  static constexpr Library kLibrary{.name = "network", .functions = kRows, .types = kTypes};
  return kLibrary;
}

}  // namespace kollect::extract
